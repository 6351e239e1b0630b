namespace ResearchKit.Rag;

/// <summary>
/// The weighting of CORI (Callan, Lu, Croft 1995): with D the document's score and C the source's, both scaled to [0, 1], a document scores (D + 0.4 D C)/1.4. C is the router's
/// probability.
/// </summary>
public sealed class CoriMerger : IResultMerger
{
    /// <inheritdoc/>
    public string Name => "cori";

    /// <inheritdoc/>
    public RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k)
    {
        ArgumentNullException.ThrowIfNull(results);
        Dictionary<string, double[]> scaled = results.ToDictionary(
            r => r.Source,
            r => RankedCandidates.MinMax(r.Result),
            StringComparer.Ordinal
        );
        double low = results.Count == 0 ? 0 : results.Min(r => r.Probability);
        double high = results.Count == 0 ? 0 : results.Max(r => r.Probability);
        return RankedCandidates.Best(
            results,
            k,
            ScoreDirection.HigherIsBetter,
            (r, _, rank) =>
            {
                double source = high == low ? 1 : (r.Probability - low) / (high - low);
                double document = scaled[r.Source][rank];
                return (document + (0.4 * document * source)) / 1.4;
            }
        );
    }
}
