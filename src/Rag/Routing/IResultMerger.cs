namespace ResearchKit.Rag;

/// <summary>Makes one ranking of the rankings of several sources. The result does not depend on the order in which they arrive.</summary>
public interface IResultMerger
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Merges.</summary>
    /// <param name="results">The sources' results; names differ.</param>
    /// <param name="k">How many documents at most, at least 1.</param>
    RetrievalResult Merge(IReadOnlyList<SourceResult> results, int k);
}
