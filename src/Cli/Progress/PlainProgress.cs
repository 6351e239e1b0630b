using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Lines for a log: when a run begins and ends, and a heartbeat every 30 seconds.</summary>
internal sealed class PlainProgress : ProgressDisplay
{
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private readonly ITimer timer;

    internal PlainProgress(ErrorConsole console, TimeProvider clock)
        : base(console, clock) => timer = clock.CreateTimer(_ => Beat(), null, Heartbeat, Heartbeat);

    public override ValueTask DisposeAsync() => timer.DisposeAsync();

    protected override void Started(RunMeter meter, string runId, int missing) =>
        Console.Note($"{meter.Experiment.Id}: run {runId}, {meter.Cells} cells, {missing} to measure");

    protected override void Advanced(RunMeter meter) { }

    protected override void Ended(RunMeter meter, ExperimentResult result) =>
        Console.Note($"{meter.Line()}, {Numbers.Duration(meter.Elapsed)}");

    private void Beat()
    {
        foreach (RunMeter meter in Running)
        {
            Console.Note(meter.Line());
        }
    }
}
