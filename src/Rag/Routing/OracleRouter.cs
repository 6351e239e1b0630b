namespace ResearchKit.Rag;

/// <summary>Asks exactly the relevant sources, by labels: what no router can beat.</summary>
/// <param name="sources">The names of the sources.</param>
/// <param name="relevant">For each query id its relevant sources.</param>
public sealed class OracleRouter(IReadOnlyList<string> sources, IReadOnlyDictionary<string, IReadOnlySet<string>> relevant) : ISourceRouter
{
    /// <inheritdoc/>
    public string Name => SourceRouters.Oracle;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query has no id, or no label.</exception>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.QueryId is { } id && relevant.TryGetValue(id, out IReadOnlySet<string>? labels)
            ? ValueTask.FromResult(
                new RoutingDecision([.. sources.Select(s => new SourceScore(s, labels.Contains(s) ? 1 : 0, labels.Contains(s)))])
            )
            : throw new ArgumentException($"There is no label for the query '{query.QueryId ?? "without an id"}'.", nameof(query));
    }
}
