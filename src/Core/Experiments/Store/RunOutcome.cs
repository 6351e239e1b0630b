namespace ResearchKit.Experiments;

/// <summary>How a run stands.</summary>
public enum RunOutcome
{
    /// <summary>Being measured, or killed while it was.</summary>
    Running,

    /// <summary>Every cell is done, or skipped because what it needs is not here.</summary>
    Complete,

    /// <summary>Cells are missing: it was interrupted.</summary>
    Incomplete,

    /// <summary>A cell failed.</summary>
    Failed,
}
