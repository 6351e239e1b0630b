using System.Collections.Concurrent;
using ResearchKit.Experiments;
using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>A bar an experiment on a terminal, redrawn at most five times a second.</summary>
internal sealed class LiveProgress : ProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressContext> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task display;

    internal LiveProgress(ErrorConsole console, TimeProvider clock)
        : base(console, clock)
    {
        Spectre.Console.Progress progress = new(console.Console, clock)
        {
            AutoRefresh = true,
            RefreshRate = Interval,
            AutoClear = false,
        };
        progress.Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = 24 },
            new PercentageColumn()
        );
        display = Task.Run(() =>
            progress.StartAsync(context =>
            {
                begun.SetResult(context);
                return ended.Task;
            })
        );
    }

    public override async ValueTask DisposeAsync()
    {
        ended.TrySetResult();
        await display;
    }

    protected override void Started(RunMeter meter, string runId, int missing)
    {
        ProgressContext context = begun.Task.GetAwaiter().GetResult();
        ProgressTask bar = context.AddTask(Markup.Escape(meter.Line()), maxValue: Math.Max(meter.Cells, 1));
        bar.Value = meter.Ended;
        bars[meter.Experiment.Id] = bar;
    }

    protected override void Advanced(RunMeter meter)
    {
        if (bars.TryGetValue(meter.Experiment.Id, out ProgressTask? bar))
        {
            bar.Description = Markup.Escape(meter.Line());
            bar.Value = meter.Ended;
        }
    }

    protected override void Ended(RunMeter meter, ExperimentResult result)
    {
        if (bars.TryRemove(meter.Experiment.Id, out ProgressTask? bar))
        {
            bar.Description = Markup.Escape($"{meter.Line()}, {Numbers.Duration(meter.Elapsed)}");
            bar.Value = meter.Ended;
            bar.StopTask();
        }
    }
}
