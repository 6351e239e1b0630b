namespace ResearchKit.Rag;

/// <summary>Asks every source: the upper limit of recall and of cost.</summary>
/// <param name="sources">The names of the sources.</param>
public sealed class AllRouter(IReadOnlyList<string> sources) : ISourceRouter
{
    private readonly RoutingDecision _decision = new([.. sources.Select(s => new SourceScore(s, 1, true))]);

    /// <inheritdoc/>
    public string Name => SourceRouters.All;

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_decision);
}
