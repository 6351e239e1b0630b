namespace ResearchKit.Rag;

/// <summary>What an embedder does with a text without a word.</summary>
public enum EmptyText
{
    /// <summary>Refuse it: a zero vector is equally far from everything, and no cosine exists.</summary>
    Error,

    /// <summary>Give the zero vector; the caller has to keep it out of caches and indexes.</summary>
    ZeroVector,
}
