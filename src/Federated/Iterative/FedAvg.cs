using System.Numerics.Tensors;

namespace ResearchKit.Federated;

/// <summary>FedAvg (McMahan et al., AISTATS 2017) with a server step: x += eta_s Delta, Delta = sum_i r_i (x_i - x). At eta_s = 1 the plain weighted average.</summary>
public sealed record FedAvg : IFederatedOptimizer
{
    /// <inheritdoc/>
    public string Name => "fedavg";

    /// <summary>eta_s, positive (default 1).</summary>
    public double ServerRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ServerRate));
    } = 1;

    /// <inheritdoc/>
    public bool NeedsMeanOnly => true;

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        var delta = WeightedUpdates.Delta(state, updates);
        TensorPrimitives.MultiplyAdd(delta, ServerRate, state.Parameters, state.Parameters);
    }
}
