namespace ResearchKit.Federated;

/// <summary>
/// FedDyn (Acar et al., ICLR 2021): clients add alpha/2 |x_i - x|^2 - &lt;x_i, h_i&gt; to their loss; h_i -= alpha (x_i - x);
/// h -= alpha/M sum_i (x_i - x); x = mean of x_i, minus h / alpha. Clients count alike.
/// </summary>
public sealed record FedDyn : IFederatedOptimizer
{
    private const string Own = "h";

    /// <inheritdoc/>
    public string Name => "feddyn";

    /// <summary>alpha, positive (default 0.1).</summary>
    public double Alpha
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(Alpha));
    } = 0.1;

    /// <inheritdoc/>
    public bool Pulls => true;

    /// <inheritdoc/>
    public double Pull(ServerState state, int client, Span<double> offset)
    {
        ArgumentNullException.ThrowIfNull(state);
        var own = state.Vector(Own, client);
        for (var i = 0; i < own.Length; i++)
        {
            offset[i] = -Alpha * state.Parameters[i] - own[i];
        }
        return Alpha;
    }

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        WeightedUpdates.Check(state, updates);
        var server = state.Vector(Own);
        var mean = new double[server.Length];
        foreach (var update in updates)
        {
            var own = state.Vector(Own, update.Client);
            var after = update.Parameters.Span;
            for (var i = 0; i < own.Length; i++)
            {
                var moved = after[i] - state.Parameters[i];
                own[i] -= Alpha * moved;
                server[i] -= Alpha / state.Clients * moved;
                mean[i] += after[i] / updates.Count;
            }
        }
        for (var i = 0; i < mean.Length; i++)
        {
            state.Parameters[i] = mean[i] - server[i] / Alpha;
        }
    }
}
