namespace ResearchKit.Federated;

/// <summary>FedYogi (Reddi et al., ICLR 2021): as <see cref="FedAdam"/>, but v = v - (1 - b2) Delta^2 sign(v - Delta^2), so that v shrinks slowly.</summary>
public sealed record FedYogi : IFederatedOptimizer
{
    /// <inheritdoc/>
    public string Name => "fedyogi";

    /// <summary>eta_s, positive (default 0.01).</summary>
    public double ServerRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ServerRate));
    } = 0.01;

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

    /// <inheritdoc/>
    public bool NeedsMeanOnly => true;

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        var delta = WeightedUpdates.Delta(state, updates);
        var (m, v) = (state.Vector("first"), state.Vector("second"));
        for (var i = 0; i < delta.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * delta[i];
            var square = delta[i] * delta[i];
            // At v = 0, in the first round, this is (1 - b2) Delta^2, which Adam's rule gives as well.
            v[i] -= (1 - Beta2) * square * Math.Sign(v[i] - square);
            state.Parameters[i] += ServerRate * m[i] / (Math.Sqrt(v[i]) + Epsilon);
        }
    }
}
