namespace ResearchKit.Rag;

/// <summary>The order of relevance judgements, as the FeB4RAG runs of arXiv:2502.19280 merge: higher grades first, what was not judged last, else as it came from the sources in the order of their names. An oracle.</summary>
/// <param name="grades">The grade of each judged document.</param>
public sealed class JudgedMerger(IReadOnlyDictionary<string, int> grades) : IResultMerger
{
    /// <inheritdoc/>
    public string Name => "judged";

    /// <inheritdoc/>
    public RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k) =>
        RankedCandidates.Best(
            results,
            k,
            ScoreDirection.HigherIsBetter,
            (_, document, _) => grades.TryGetValue(document.Id, out int grade) ? grade : int.MinValue
        );
}
