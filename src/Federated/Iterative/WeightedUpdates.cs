using System.Numerics.Tensors;

namespace ResearchKit.Federated;

/// <summary>Sums of a round's results, in the order given and in double precision, so that they do not depend on which client ended first.</summary>
internal static class WeightedUpdates
{
    /// <summary>Delta = sum_i r_i (x_i - x).</summary>
    public static double[] Delta(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        Check(state, updates);
        var delta = new double[state.Parameters.Length];
        var difference = new double[delta.Length];
        foreach (var update in updates)
        {
            TensorPrimitives.Subtract(update.Parameters.Span, state.Parameters, difference);
            TensorPrimitives.MultiplyAdd(difference, update.Weight, delta, delta);
        }
        return delta;
    }

    public static void Check(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(updates);
        if (updates.Count == 0)
        {
            throw new ArgumentException("A round needs the result of at least 1 client.", nameof(updates));
        }
        foreach (var update in updates)
        {
            if (update.Parameters.Length != state.Parameters.Length)
            {
                throw new ArgumentException(
                    $"Client {update.Client} gives {update.Parameters.Length} parameters, the model has {state.Parameters.Length}.",
                    nameof(updates)
                );
            }
        }
    }

    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is above 0.");

    public static double Share(double value, string name) =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is from 0 to below 1.");
}
