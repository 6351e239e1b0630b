namespace ResearchKit.Cli;

/// <summary>What the process says to its caller.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A claim or a cell failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or input of the user that cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>A problem of the environment: disk, torch, data, network.</summary>
    public const int Environment = 3;

    /// <summary>A bug.</summary>
    public const int Bug = 70;

    /// <summary>A worker of a cluster job ran out of its wall time.</summary>
    public const int OutOfTime = 75;

    /// <summary>Interrupted (SIGINT, ctrl-C).</summary>
    public const int Interrupted = 130;

    /// <summary>Terminated (SIGTERM, or the terminal went away).</summary>
    public const int Terminated = 143;
}
