namespace ResearchKit.Rag;

/// <summary>What an insertion with a key that is there already, bit for bit, does.</summary>
public enum DuplicateKeys
{
    /// <summary>It makes another entry, as in the paper; the older one answers.</summary>
    Append,

    /// <summary>It takes the place of the older entry, which becomes the newest.</summary>
    Replace,
}
