namespace ResearchKit.Experiments;

/// <summary>Watches runs: a progress display, a logger of experiments. Methods return at once; calls come from several threads.</summary>
public interface IRunObserver
{
    /// <summary>A run begins to measure.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cells">The cells of the plan.</param>
    /// <param name="missing">The cells to be measured now.</param>
    void RunStarted(ExperimentInfo experiment, string runId, int cells, int missing) { }

    /// <summary>A cell begins.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="attempt">1 for the first attempt.</param>
    void CellStarted(ExperimentInfo experiment, PlannedCell cell, int attempt) { }

    /// <summary>A cell tells how far it is.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="share">0 to 1.</param>
    void CellProgressed(ExperimentInfo experiment, PlannedCell cell, double share) { }

    /// <summary>A row was measured; it is committed when its cell ends.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="row">The row record.</param>
    void RowMeasured(ExperimentInfo experiment, PlannedCell cell, object row) { }

    /// <summary>A cell ended: done, failed, or skipped.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="result">How it stands.</param>
    void CellEnded(ExperimentInfo experiment, CellResult result) { }

    /// <summary>A run ended.</summary>
    /// <param name="result">All that it gave.</param>
    void RunEnded(ExperimentResult result) { }
}
