namespace ResearchKit.Watermark;

/// <summary>What a search for a mark found.</summary>
public enum DetectionOutcome
{
    /// <summary>The mark was not found.</summary>
    Absent,

    /// <summary>The mark was found.</summary>
    Present,

    /// <summary>The search was given up before it was complete: neither present nor absent.</summary>
    Undecided,
}
