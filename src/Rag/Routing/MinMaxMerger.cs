namespace ResearchKit.Rag;

/// <summary>Scales the scores of each source to [0, 1] before they are compared.</summary>
public sealed class MinMaxMerger : IResultMerger
{
    /// <inheritdoc/>
    public string Name => "min-max";

    /// <inheritdoc/>
    public RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k)
    {
        ArgumentNullException.ThrowIfNull(results);
        Dictionary<string, double[]> scaled = results.ToDictionary(
            r => r.Source,
            r => RankedCandidates.MinMax(r.Result),
            StringComparer.Ordinal
        );
        return RankedCandidates.Best(results, k, ScoreDirection.HigherIsBetter, (r, _, rank) => scaled[r.Source][rank]);
    }
}
