using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>Several observers as one. What an observer throws is logged: it must not cost a measurement.</summary>
internal sealed class ObserverGroup(IReadOnlyList<IRunObserver> observers, ILogger log) : IRunObserver
{
    public void RunStarted(ExperimentInfo experiment, string runId, int cells, int missing) =>
        Tell(o => o.RunStarted(experiment, runId, cells, missing));

    public void CellStarted(ExperimentInfo experiment, PlannedCell cell, int attempt) =>
        Tell(o => o.CellStarted(experiment, cell, attempt));

    public void CellProgressed(ExperimentInfo experiment, PlannedCell cell, double share) =>
        Tell(o => o.CellProgressed(experiment, cell, share));

    public void RowMeasured(ExperimentInfo experiment, PlannedCell cell, object row) => Tell(o => o.RowMeasured(experiment, cell, row));

    public void CellEnded(ExperimentInfo experiment, CellResult result) => Tell(o => o.CellEnded(experiment, result));

    public void RunEnded(ExperimentResult result) => Tell(o => o.RunEnded(result));

    private void Tell(Action<IRunObserver> what)
    {
        foreach (IRunObserver observer in observers)
        {
            try
            {
                what(observer);
            }
            catch (Exception e)
            {
                log.LogError(e, "The observer {Observer} failed.", observer.GetType().Name);
            }
        }
    }
}
