namespace ResearchKit.Rag;

/// <summary>Asks the sources whose share of relevant training queries exceeds a threshold, whatever the query: what a learned router has to beat.</summary>
public sealed class PriorRouter : ISourceRouter
{
    private readonly RoutingDecision _decision;

    /// <summary>A router.</summary>
    /// <param name="training">The labelled queries.</param>
    /// <param name="threshold">The share above which a source is asked. Default 0.5.</param>
    public PriorRouter(RouterTrainingSet training, double threshold = 0.5)
    {
        ArgumentNullException.ThrowIfNull(training);
        _decision = new RoutingDecision([
            .. training.Sources.Select(
                (s, source) =>
                {
                    double rate =
                        (double)Enumerable.Range(0, training.QueryCount).Count(q => training.IsRelevant(q, source)) / training.QueryCount;
                    return new SourceScore(s.Name, rate, rate > threshold);
                }
            ),
        ]);
    }

    /// <inheritdoc/>
    public string Name => SourceRouters.Prior;

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken ct = default) => ValueTask.FromResult(_decision);
}
