namespace ResearchKit.Federated;

/// <summary>
/// FedAdam (Reddi et al., ICLR 2021) as FENS trains its aggregator (arXiv:2411.07182): m = b1 m + (1 - b1) Delta; v = b2 v + (1 - b2) Delta^2;
/// x += eta_s m / (sqrt v + epsilon); both begin at zero, without bias correction.
/// </summary>
public sealed record FedAdam : IFederatedOptimizer
{
    /// <inheritdoc/>
    public string Name => "fedadam";

    /// <summary>eta_s, positive (default 0.001).</summary>
    public double ServerRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ServerRate));
    } = 0.001;

    /// <summary>b1, in [0, 1) (default 0.9).</summary>
    public double Beta1
    {
        get;
        init => field = WeightedUpdates.Share(value, nameof(Beta1));
    } = 0.9;

    /// <summary>b2, in [0, 1) (default 0.99).</summary>
    public double Beta2
    {
        get;
        init => field = WeightedUpdates.Share(value, nameof(Beta2));
    } = 0.99;

    /// <summary>epsilon, positive (default 0.001).</summary>
    public double Epsilon
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(Epsilon));
    } = 1e-3;

    /// <summary>Whether eta_s is multiplied by sqrt(1 - b2^t) / (1 - b1^t), as Flower does. False by default.</summary>
    public bool BiasCorrection { get; init; }

    /// <inheritdoc/>
    public bool NeedsMeanOnly => true;

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        var delta = WeightedUpdates.Delta(state, updates);
        var (m, v) = (state.Vector("first"), state.Vector("second"));
        var t = state.Round + 1;
        var rate = BiasCorrection ? ServerRate * Math.Sqrt(1 - Math.Pow(Beta2, t)) / (1 - Math.Pow(Beta1, t)) : ServerRate;
        for (var i = 0; i < delta.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * delta[i];
            v[i] = Beta2 * v[i] + (1 - Beta2) * delta[i] * delta[i];
            state.Parameters[i] += rate * m[i] / (Math.Sqrt(v[i]) + Epsilon);
        }
    }
}
