namespace ResearchKit.Rag;

/// <summary>Asks no source: the model answers alone.</summary>
/// <param name="sources">The names of the sources.</param>
public sealed class NoneRouter(IReadOnlyList<string> sources) : ISourceRouter
{
    private readonly RoutingDecision _decision = new([.. sources.Select(s => new SourceScore(s, 0, false))]);

    /// <inheritdoc/>
    public string Name => SourceRouters.None;

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_decision);
}
