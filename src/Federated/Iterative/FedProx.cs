using System.Numerics.Tensors;

namespace ResearchKit.Federated;

/// <summary>FedProx (Li et al., MLSys 2020): clients add mu (x_i - x) to their gradient; the server averages parameters. At mu = 0 it is <see cref="FedAvg"/>.</summary>
public sealed record FedProx : IFederatedOptimizer
{
    /// <inheritdoc/>
    public string Name => "fedprox";

    /// <summary>mu, 0 or more (default 0.01).</summary>
    public double Mu
    {
        get;
        init =>
            field =
                value >= 0 && double.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Mu), value, $"Mu is {value}; allowed is 0 or more.");
    } = 0.01;

    /// <inheritdoc/>
    public bool Pulls => Mu > 0;

    /// <inheritdoc/>
    public double Pull(ServerState state, int client, Span<double> offset)
    {
        ArgumentNullException.ThrowIfNull(state);
        TensorPrimitives.Multiply(state.Parameters, -Mu, offset);
        return Mu;
    }

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        WeightedUpdates.Check(state, updates);
        var sum = new double[state.Parameters.Length];
        foreach (var update in updates)
        {
            TensorPrimitives.MultiplyAdd(update.Parameters.Span, update.Weight, sum, sum);
        }
        sum.CopyTo(state.Parameters, 0);
    }
}
