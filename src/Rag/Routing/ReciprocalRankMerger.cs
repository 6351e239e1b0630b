namespace ResearchKit.Rag;

/// <summary>Reciprocal rank fusion: a document scores 1/(60 + rank in its source), summed over sources that found the same id. For sources whose scores cannot be compared.</summary>
/// <param name="constant">What is added to the rank, above -1. Default 60.</param>
public sealed class ReciprocalRankMerger(double constant = 60) : IResultMerger
{
    private readonly double _constant =
        constant > -1 && double.IsFinite(constant)
            ? constant
            : throw new ArgumentOutOfRangeException(nameof(constant), constant, "Above -1: ranks begin at 1.");

    /// <inheritdoc/>
    public string Name => "reciprocal-rank";

    /// <summary>The score of a rank from 1.</summary>
    public double ScoreOf(int rank) => 1 / (_constant + rank);

    /// <inheritdoc/>
    public RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k)
    {
        ArgumentNullException.ThrowIfNull(results);
        Dictionary<string, double> sums = new(StringComparer.Ordinal);
        // Summed in the order of names, so that arrival does not change the last bit.
        SourceResult[] byName = [.. results.OrderBy(r => r.Source, StringComparer.Ordinal)];
        foreach (SourceResult result in byName)
        {
            for (int i = 0; i < result.Result.Documents.Count; i++)
            {
                string id = result.Result.Documents[i].Id;
                sums[id] = sums.GetValueOrDefault(id) + ScoreOf(i + 1);
            }
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        RetrievalResult all = RankedCandidates.Best(
            byName,
            int.MaxValue,
            ScoreDirection.HigherIsBetter,
            (_, document, _) => sums[document.Id]
        );
        return all with { Documents = [.. all.Documents.Where(d => seen.Add(d.Id)).Take(k)] };
    }
}
