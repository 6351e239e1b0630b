using System.Numerics.Tensors;

namespace ResearchKit.Rag;

/// <summary>Asks the sources whose centroids are nearest to the query by the cosine. Of equal cosines the source that comes first.</summary>
public sealed class CentroidRouter : ISourceRouter
{
    private readonly IReadOnlyList<SourceProfile> _sources;
    private readonly int _asked;

    /// <summary>A router.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="asked">How many are asked, 0 to all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="asked"/> is negative or above the number of sources.</exception>
    public CentroidRouter(IReadOnlyList<SourceProfile> sources, int asked)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfNegative(asked);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(asked, sources.Count);
        (_sources, _asked) = (sources, asked);
    }

    /// <inheritdoc/>
    public string Name => SourceRouters.Centroid;

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        double[] cosines = [.. _sources.Select(s => (double)TensorPrimitives.CosineSimilarity(query.Of(s.Encoder).Span, s.Centroid.Span))];
        HashSet<int> nearest = [.. Enumerable.Range(0, cosines.Length).OrderByDescending(i => cosines[i]).Take(_asked)];
        return ValueTask.FromResult(
            new RoutingDecision([
                .. _sources.Select((s, i) => new SourceScore(s.Name, Math.Clamp((cosines[i] + 1) / 2, 0, 1), nearest.Contains(i))),
            ])
        );
    }
}
