namespace ResearchKit.Rag;

/// <summary>Which entry a full cache gives up.</summary>
public enum EvictionPolicy
{
    /// <summary>The oldest insertion; hits do not refresh it. The paper's choice.</summary>
    Fifo,

    /// <summary>The one that was neither inserted nor hit for the longest time.</summary>
    Lru,
}
