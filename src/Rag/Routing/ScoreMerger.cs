namespace ResearchKit.Rag;

/// <summary>Sorts by the scores as they are, in their own direction: right where all sources use one encoder and one metric. Ties: by the source's name, then by the rank in it.</summary>
public sealed class ScoreMerger : IResultMerger
{
    /// <inheritdoc/>
    public string Name => "score";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Some scores are distances, others similarities: they cannot be compared. Take <see cref="ReciprocalRankMerger"/>.</exception>
    public RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k)
    {
        ArgumentNullException.ThrowIfNull(results);
        SourceResult[] answered = [.. results.Where(r => r.Result.Documents.Count > 0)];
        if (answered.Length == 0)
        {
            return RetrievalResult.Nothing("No source found a document.");
        }
        ScoreDirection direction = answered[0].Result.Direction;
        if (answered.FirstOrDefault(r => r.Result.Direction != direction) is { } other)
        {
            throw new InvalidOperationException(
                $"Scores of {answered[0].Source} are {direction}, of {other.Source} {other.Result.Direction}: they cannot be merged by score. Merge by rank."
            );
        }
        return RankedCandidates.Best(answered, k, direction, static (_, document, _) => document.Score);
    }
}
