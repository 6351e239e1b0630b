namespace ResearchKit.Rag;

/// <summary>Chooses the sources that are asked. The implementations of this library are listed in <see cref="SourceRouters"/>; anyone's own may be given wherever one is taken.</summary>
public interface ISourceRouter
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Chooses.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default);
}
