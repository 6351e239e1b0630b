namespace ResearchKit.Federated;

/// <summary>
/// An algorithm of federated optimisation: what a client adds to its gradient, and how a server takes a round's results. Immutable: all memory is in the
/// <see cref="ServerState"/>. A user's own algorithm implements this and is given to <see cref="FederatedOptions.Optimizer"/>.
/// </summary>
public interface IFederatedOptimizer
{
    /// <summary>The name, for options and tables.</summary>
    string Name { get; }

    /// <summary>Whether clients' gradients are changed (<see cref="Pull"/>).</summary>
    bool Pulls => false;

    /// <summary>
    /// Whether <see cref="Step"/> depends on the updates through the weighted mean of their parameters alone. Clients that take one plain step are then computed
    /// as one batch, and the step sees one update of weight 1.
    /// </summary>
    bool NeedsMeanOnly => false;

    /// <summary>
    /// What client <paramref name="client"/> adds to its gradient at x_i in this round: the result times x_i, plus <paramref name="offset"/>.
    /// Called before the round's clients start; must not change the state, except to make a vector that is missing.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="client">The client.</param>
    /// <param name="offset">Is set whole.</param>
    double Pull(ServerState state, int client, Span<double> offset)
    {
        offset.Clear();
        return 0;
    }

    /// <summary>Takes the results of a round.</summary>
    /// <param name="state">Is changed.</param>
    /// <param name="updates">The clients that answered, ascending; their weights sum to 1.</param>
    /// <exception cref="ArgumentException">There is no update, or one has another length.</exception>
    void Step(ServerState state, IReadOnlyList<ClientUpdate> updates);
}
