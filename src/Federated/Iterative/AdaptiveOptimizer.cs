namespace ResearchKit.Federated;

/// <summary>
/// Adaptive federated optimisation (Reddi et al., ICLR 2021): the mean of the clients' updates is a gradient for the server. m = b1 m + (1 - b1) Delta;
/// v by the rule of the kind; x += eta_s m / (sqrt v + epsilon); both begin at zero.
/// </summary>
public abstract record AdaptiveOptimizer : IFederatedOptimizer
{
    /// <summary>A kind with its own default of eta_s.</summary>
    /// <param name="serverRate">eta_s.</param>
    private protected AdaptiveOptimizer(double serverRate) => ServerRate = serverRate;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>eta_s, positive (FedAdam: default 0.001; FedYogi: 0.01).</summary>
    public double ServerRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ServerRate));
    }

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
        var rate = Rate(state.Round + 1);
        for (var i = 0; i < delta.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * delta[i];
            v[i] = Second(v[i], delta[i] * delta[i]);
            state.Parameters[i] += rate * m[i] / (Math.Sqrt(v[i]) + Epsilon);
        }
    }

    /// <summary>The rate of step t, from 1.</summary>
    private protected virtual double Rate(int t) => ServerRate;

    /// <summary>v after a step.</summary>
    private protected abstract double Second(double v, double square);
}
