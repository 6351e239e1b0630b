namespace ResearchKit.Rag;

/// <summary>When the misses of a batch of queries come into the cache.</summary>
public enum BatchLookup
{
    /// <summary>After all queries of the batch were looked up, as in the authors' experiments: variants of a question within a batch all miss.</summary>
    Snapshot,

    /// <summary>Each before the next query is looked up.</summary>
    Sequential,
}
