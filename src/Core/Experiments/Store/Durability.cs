namespace ResearchKit.Experiments;

/// <summary>What a finished cell survives. Every level survives the death of the process.</summary>
public enum Durability
{
    /// <summary>No fsync: a power loss may take what the operating system had not written yet.</summary>
    Process,

    /// <summary>fsync at most once a second and at the end: a power loss takes at most the cells that ended in the last second.</summary>
    Committed,

    /// <summary>fsync after every cell (some milliseconds each).</summary>
    Cell,
}
