namespace ResearchKit.Experiments;

/// <summary>The cells that a launcher is to measure. A launcher in this process opens one writer; one that starts others gives each a part of the indices and the folder.</summary>
public sealed record LaunchRequest
{
    internal LaunchRequest(Func<CellWorker> openWorker) => OpenWorker = openWorker;

    /// <summary>The plan; the index of a cell in it is the unit of a job array.</summary>
    public required ExperimentPlan Plan { get; init; }

    /// <summary>The cells to measure, in the order of the plan.</summary>
    public required IReadOnlyList<PlannedCell> Missing { get; init; }

    /// <summary>The folder of the run, or null if it is kept in memory.</summary>
    public required string? Folder { get; init; }

    /// <summary>How many cells at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>How often a cell is tried again after a failure that may pass.</summary>
    public required int Retries { get; init; }

    /// <summary>Whether the first failed cell stops the others.</summary>
    public required bool FailFast { get; init; }

    /// <summary>How long a cell is expected to take; null where nothing is known.</summary>
    public required Func<PlannedCell, TimeSpan?> Expected { get; init; }

    /// <summary>The threads one operation of a cell may use.</summary>
    public required int Threads { get; init; }

    /// <summary>Measures cells in this process, into a journal of its own.</summary>
    internal Func<CellWorker> OpenWorker { get; }
}
