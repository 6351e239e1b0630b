namespace ResearchKit.Rag;

/// <summary>Queries with their relevant sources. Split by query, never by pair: pairs of one query must not be on both sides.</summary>
public sealed class RouterTrainingSet
{
    private readonly IReadOnlyList<QueryEmbeddings> _queries;
    private readonly bool[] _relevant;

    /// <summary>A set.</summary>
    /// <param name="sources">The sources; their order is that of the one-hot part of the features.</param>
    /// <param name="queries">The queries, encoded by every source's encoder.</param>
    /// <param name="relevant">queries x sources: whether the source is relevant.</param>
    /// <exception cref="ArgumentException">There is no source or query, names are equal, the lengths do not fit, or an embedding has another length than its source's centroid.</exception>
    public RouterTrainingSet(IReadOnlyList<SourceProfile> sources, IReadOnlyList<QueryEmbeddings> queries, bool[] relevant)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(relevant);
        RouterFeatures.CheckSources(sources);
        if (queries.Count == 0 || relevant.Length != sources.Count * queries.Count)
        {
            throw new ArgumentException(
                $"{relevant.Length} labels for {queries.Count} queries and {sources.Count} sources: queries times sources, at least one query.",
                nameof(relevant)
            );
        }
        for (int i = 0; i < queries.Count; i++)
        {
            foreach (SourceProfile source in sources)
            {
                if (queries[i].Of(source.Encoder).Length != source.Dimension)
                {
                    throw new ArgumentException(
                        $"Query {i} has {queries[i].Of(source.Encoder).Length} dimensions, the centroid of {source.Name} {source.Dimension}.",
                        nameof(queries)
                    );
                }
            }
        }
        (Sources, _queries, _relevant) = (sources, queries, relevant);
    }

    /// <summary>The sources.</summary>
    public IReadOnlyList<SourceProfile> Sources { get; }

    /// <summary>The number of queries.</summary>
    public int QueryCount => _queries.Count;

    /// <summary>The share of relevant pairs.</summary>
    public double PositiveShare => (double)_relevant.Count(r => r) / _relevant.Length;

    /// <summary>A query.</summary>
    public QueryEmbeddings Query(int query) => _queries[query];

    /// <summary>Whether a source is relevant to a query.</summary>
    public bool IsRelevant(int query, int source) => _relevant[(query * Sources.Count) + source];

    /// <summary>The labels, query after query.</summary>
    public bool[] Labels() => [.. _relevant];

    /// <summary>Some of the queries.</summary>
    /// <param name="queries">Which, in the order wanted.</param>
    public RouterTrainingSet Subset(IReadOnlyList<int> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        int n = Sources.Count;
        return new RouterTrainingSet(
            Sources,
            [.. queries.Select(q => _queries[q])],
            [.. queries.SelectMany(q => _relevant.Skip(q * n).Take(n))]
        );
    }

    /// <summary>Another view of the sources, for example with centroids from a part of the queries.</summary>
    /// <param name="sources">As many sources, in the same order.</param>
    public RouterTrainingSet With(IReadOnlyList<SourceProfile> sources) => new(sources, _queries, _relevant);
}
