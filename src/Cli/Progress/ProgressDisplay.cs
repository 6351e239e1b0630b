using System.Collections.Concurrent;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Shows runs on the error stream. Failing cells are listed at once, whatever the display.</summary>
internal abstract class ProgressDisplay(ErrorConsole console, TimeProvider clock) : IRunObserver, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RunMeter> meters = new(StringComparer.Ordinal);

    protected ErrorConsole Console => console;

    /// <summary>The display that fits the error stream: live on a terminal, lines elsewhere, nothing when only errors are wanted.</summary>
    internal static ProgressDisplay Start(ErrorConsole console, TimeProvider clock) =>
        console.Verbosity == Verbosity.Quiet ? new SilentProgress(console, clock)
        : console.IsLive ? new LiveProgress(console, clock)
        : new PlainProgress(console, clock);

    public void RunStarted(ExperimentInfo experiment, string runId, int cells, int missing)
    {
        RunMeter meter = new(experiment, cells, missing, clock);
        meters[experiment.Id] = meter;
        Started(meter, runId, missing);
    }

    public void RowMeasured(ExperimentInfo experiment, PlannedCell cell, object row) => MeterOf(experiment)?.RowMeasured(row);

    public void CellEnded(ExperimentInfo experiment, CellResult result)
    {
        if (MeterOf(experiment) is { } meter)
        {
            meter.CellEnded(result);
            Advanced(meter);
        }

        if (result.State == CellState.Failed)
        {
            console.Line($"failed: {experiment.Id} cell {result.Key[..8]} {result.Cell}: {result.Why}", Tone.Bad);
        }
    }

    public void RunEnded(ExperimentResult result)
    {
        if (meters.TryRemove(result.Experiment.Id, out RunMeter? meter))
        {
            Ended(meter, result);
        }
    }

    public abstract ValueTask DisposeAsync();

    protected IEnumerable<RunMeter> Running => meters.Values.OrderBy(m => m.Experiment.Id, StringComparer.Ordinal);

    protected abstract void Started(RunMeter meter, string runId, int missing);

    protected abstract void Advanced(RunMeter meter);

    protected abstract void Ended(RunMeter meter, ExperimentResult result);

    private RunMeter? MeterOf(ExperimentInfo experiment) => meters.GetValueOrDefault(experiment.Id);
}
