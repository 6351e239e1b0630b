namespace ResearchKit.Rag;

/// <summary>What a search found: immutable, best document first.</summary>
/// <param name="Documents">The documents, best first; fewer than asked for where the store holds fewer.</param>
/// <param name="Direction">Which scores are better.</param>
public sealed record RetrievalResult(IReadOnlyList<RetrievedDocument> Documents, ScoreDirection Direction)
{
    /// <summary>An empty result, with the reason.</summary>
    /// <param name="reason">Why nothing was looked for, or nothing found.</param>
    /// <param name="direction">Which scores would be better.</param>
    public static RetrievalResult Nothing(string reason, ScoreDirection direction = ScoreDirection.HigherIsBetter) =>
        new([], direction) { Reason = reason };

    /// <summary>The cached query this was found for; null if the store was asked.</summary>
    public CacheOrigin? Cache { get; init; }

    /// <summary>Sources that were asked and did not answer.</summary>
    public IReadOnlyList<SourceFailure> PartialFailures { get; init; } = [];

    /// <summary>Why there is no document, if that is known.</summary>
    public string? Reason { get; init; }

    /// <summary>The identifiers, best first.</summary>
    public IEnumerable<string> Ids => Documents.Select(d => d.Id);

    /// <summary>The first documents.</summary>
    /// <param name="k">How many at most.</param>
    public RetrievalResult First(int k) => Documents.Count <= k ? this : this with { Documents = [.. Documents.Take(k)] };
}
