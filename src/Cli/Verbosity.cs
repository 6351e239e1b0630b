namespace ResearchKit.Cli;

/// <summary>How much is said on the error stream.</summary>
public enum Verbosity
{
    /// <summary>Errors alone: no progress.</summary>
    Quiet,

    /// <summary>Progress, warnings, errors.</summary>
    Normal,

    /// <summary>What is being done as well.</summary>
    Detailed,

    /// <summary>Everything, with the stack of an unexpected error.</summary>
    Debug,
}
