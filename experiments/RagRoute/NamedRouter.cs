using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>A router under another name: the same one at another setting.</summary>
internal sealed class NamedRouter(string name, ISourceRouter router) : ISourceRouter
{
    public string Name => name;

    public ISourceRouter Inner => router;

    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default) =>
        router.RouteAsync(query, cancellationToken);
}
