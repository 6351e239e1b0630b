using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>Sources, queries, and who owns what the queries should find.</summary>
/// <param name="Sources">The sources.</param>
/// <param name="Queries">The queries, encoded.</param>
/// <param name="Labels">queries x sources: whether the source is relevant.</param>
/// <param name="Owners">For each query the sources of its global best documents, best first; empty where documents are not at hand.</param>
/// <param name="Groups">The data set each query comes from.</param>
internal sealed record Federation(
    IReadOnlyList<SourceProfile> Sources,
    QueryEmbeddings[] Queries,
    bool[] Labels,
    int[][] Owners,
    string[] Groups
)
{
    /// <summary>Whether centroids are the means of the training queries that a source is relevant to, because its documents are not at hand.</summary>
    public bool CentroidsOfQueries { get; init; }

    /// <summary>The mean share of the global best documents that the asked sources own; NaN where documents are not at hand.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="asked">Whether a source is asked, for each of these queries in turn.</param>
    public double DocumentRecall(IReadOnlyList<int> queries, bool[] asked) =>
        Owners.Length == 0
            ? double.NaN
            : queries.Select((q, i) => Owners[q].Average(owner => asked[(i * Sources.Count) + owner] ? 1.0 : 0)).Average();
}
