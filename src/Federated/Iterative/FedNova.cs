namespace ResearchKit.Federated;

/// <summary>
/// FedNova (Wang et al., NeurIPS 2020): clients that take different numbers of steps count alike. cum_i = x - x_i is divided by a_i, the sum of the
/// coefficients with which the gradients went into it; tau_eff = sum_i r_i a_i; x -= sum_i r_i (tau_eff / a_i) cum_i.
/// </summary>
public sealed record FedNova : IFederatedOptimizer
{
    /// <inheritdoc/>
    public string Name => "fednova";

    /// <summary>The momentum that the clients use, in [0, 1) (default 0): it decides the coefficients.</summary>
    public double Momentum
    {
        get;
        init => field = WeightedUpdates.Share(value, nameof(Momentum));
    }

    /// <inheritdoc/>
    public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates)
    {
        WeightedUpdates.Check(state, updates);
        var effective = 0.0;
        foreach (var update in updates)
        {
            effective += update.Weight * Coefficients(update.Steps);
        }
        var sum = new double[state.Parameters.Length];
        foreach (var update in updates)
        {
            var factor = update.Weight * effective / Coefficients(update.Steps);
            var after = update.Parameters.Span;
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += factor * (state.Parameters[i] - after[i]);
            }
        }
        for (var i = 0; i < sum.Length; i++)
        {
            state.Parameters[i] -= sum[i];
        }
    }

    /// <summary>a_i after so many steps: without momentum their number.</summary>
    private double Coefficients(int steps)
    {
        var (sum, buffer) = (0.0, 0.0);
        for (var step = 0; step < steps; step++)
        {
            buffer = Momentum * buffer + 1;
            sum += buffer;
        }
        return sum;
    }
}
