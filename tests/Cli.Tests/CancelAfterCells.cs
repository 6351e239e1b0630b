using ResearchKit.Experiments;

namespace ResearchKit.Cli.Tests;

/// <summary>Cancels when some cells have ended.</summary>
internal sealed class CancelAfterCells(CancellationTokenSource cancel, int cells) : IRunObserver
{
    private int ended;

    public void CellEnded(ExperimentInfo experiment, CellResult result)
    {
        if (Interlocked.Increment(ref ended) == cells)
        {
            cancel.Cancel();
        }
    }
}
