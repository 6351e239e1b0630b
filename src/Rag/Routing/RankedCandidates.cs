namespace ResearchKit.Rag;

/// <summary>The one tie rule of all mergers: score, then the source's name (ordinal), then the rank in the source.</summary>
internal static class RankedCandidates
{
    public static RetrievalResult Best(
        IReadOnlyList<SourceResult> results,
        int k,
        ScoreDirection direction,
        Func<SourceResult, RetrievedDocument, int, double> score
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        List<(RetrievedDocument Document, double Score, string Source, int Rank)> all = [];
        foreach (SourceResult result in results)
        {
            for (int rank = 0; rank < result.Result.Documents.Count; rank++)
            {
                RetrievedDocument document = result.Result.Documents[rank];
                all.Add((document with { Source = result.Source }, score(result, document, rank), result.Source, rank));
            }
        }
        int sign = direction == ScoreDirection.HigherIsBetter ? -1 : 1;
        all.Sort(
            (a, b) =>
                a.Score != b.Score ? sign * a.Score.CompareTo(b.Score)
                : string.CompareOrdinal(a.Source, b.Source) is var source and not 0 ? source
                : a.Rank.CompareTo(b.Rank)
        );
        return new RetrievalResult([.. all.Take(k).Select(c => c.Document with { Score = (float)c.Score })], direction);
    }

    /// <summary>Scores scaled to [0, 1], better is larger; all 1 where they are equal.</summary>
    public static double[] MinMax(RetrievalResult result)
    {
        if (result.Documents.Count == 0)
        {
            return [];
        }
        double low = result.Documents.Min(d => d.Score);
        double high = result.Documents.Max(d => d.Score);
        return
        [
            .. result.Documents.Select(d =>
                high == low ? 1
                : result.Direction == ScoreDirection.HigherIsBetter ? (d.Score - low) / (high - low)
                : (high - d.Score) / (high - low)
            ),
        ];
    }
}
