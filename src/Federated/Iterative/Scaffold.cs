using System.Numerics.Tensors;

namespace ResearchKit.Federated;

/// <summary>
/// SCAFFOLD (Karimireddy et al., ICML 2020, option II): clients follow g - c_i + c; c_i+ = c_i - c + (x - x_i) / (sum of local learning rates);
/// c += sum_i (c_i+ - c_i) / M; x += eta_s Delta.
/// </summary>
public sealed record Scaffold : IFederatedOptimizer
{
    private const string Control = "control";

    /// <inheritdoc/>
    public string Name => "scaffold";

    /// <summary>eta_s, positive (default 1).</summary>
    public double ServerRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ServerRate));
    } = 1;

    /// <summary>
    /// Whether c moves by the clients' weights instead of by 1/M, as in FLamby. Where clients count differently in Delta, only then do c and the c_i cancel
    /// in the mean: by 1/M the method settles somewhere else than FedAvg. False by default, as in the paper's code.
    /// </summary>
    public bool WeightedControl { get; init; }

    /// <inheritdoc/>
    public bool Pulls => true;

    /// <inheritdoc/>
    public double Pull(ServerState state, int client, Span<double> offset)
    {
        ArgumentNullException.ThrowIfNull(state);
        TensorPrimitives.Subtract<double>(state.Vector(Control), state.Vector(Control, client), offset);
        return 0;
    }

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        var delta = WeightedUpdates.Delta(state, updates);
        var global = state.Vector(Control);
        var change = new double[global.Length];
        foreach (var update in updates)
        {
            var own = state.Vector(Control, update.Client);
            var after = update.Parameters.Span;
            var share = WeightedControl ? update.Weight : 1.0 / state.Clients;
            for (var i = 0; i < own.Length; i++)
            {
                var next = own[i] - global[i] + (state.Parameters[i] - after[i]) / update.StepLength;
                change[i] += share * (next - own[i]);
                own[i] = next;
            }
        }
        TensorPrimitives.Add(change, global, global);
        TensorPrimitives.MultiplyAdd(delta, ServerRate, state.Parameters, state.Parameters);
    }
}
