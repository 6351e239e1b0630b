using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Failing cells alone.</summary>
internal sealed class SilentProgress(ErrorConsole console, TimeProvider clock) : ProgressDisplay(console, clock)
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override void Started(RunMeter meter, string runId, int missing) { }

    protected override void Advanced(RunMeter meter) { }

    protected override void Ended(RunMeter meter, ExperimentResult result) { }
}
