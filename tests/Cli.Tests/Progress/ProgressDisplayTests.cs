using ResearchKit.Experiments;
using ResearchKit.SampleExperiments;

namespace ResearchKit.Cli.Tests;

public sealed class ProgressDisplayTests
{
    private static readonly ExperimentInfo Info = Experiment.InfoOf(typeof(CoinBias));
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task A_heartbeat_comes_every_thirty_seconds_while_a_run_lasts()
    {
        BufferedTerminal terminal = new();
        await using (ProgressDisplay display = ProgressDisplay.Start(Console(terminal, Verbosity.Normal), clock))
        {
            Assert.That(display, Is.InstanceOf<PlainProgress>(), "not a terminal");
            display.RunStarted(Info, "run-1", cells: 10, missing: 4);
            clock.Advance(TimeSpan.FromSeconds(29));
            Assert.That(Lines(terminal), Has.Length.EqualTo(1));
            display.CellEnded(Info, Result(CellState.Done));
            display.RowMeasured(Info, new PlannedCell(0, "", new object(), "{}"), new CoinBias.Row(0.75, 3));
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.That(Lines(terminal)[^1], Is.EqualTo("sample/coin-bias: 7/10 cells, about 1 min 30 s left, Share = 0.75"));
            clock.Advance(TimeSpan.FromSeconds(60));
            Assert.That(Lines(terminal), Has.Length.EqualTo(4));
        }

        Assert.That(clock.Timers, Is.Zero, "the heart still beats");
    }

    [Test]
    public async Task A_failing_cell_is_told_at_once_even_when_only_errors_are_wanted()
    {
        BufferedTerminal terminal = new();
        await using ProgressDisplay display = ProgressDisplay.Start(Console(terminal, Verbosity.Quiet), clock);
        display.RunStarted(Info, "run-1", cells: 10, missing: 4);
        display.CellEnded(Info, Result(CellState.Failed) with { Why = "InvalidOperationException: [red]" });
        Assert.That(
            Lines(terminal),
            Is.EqualTo(new[] { "failed: sample/coin-bias cell 01234567 {\"Bias\":0.5}: InvalidOperationException: [red]" })
        );
    }

    [Test]
    public async Task On_a_terminal_a_bar_shows_the_cells_and_failures_stand_above_it()
    {
        BufferedTerminal terminal = new(isTerminal: true, width: 120);
        await using (ProgressDisplay display = ProgressDisplay.Start(Console(terminal, Verbosity.Normal), TimeProvider.System))
        {
            Assert.That(display, Is.InstanceOf<LiveProgress>());
            display.RunStarted(Info, "run-1", cells: 2, missing: 2);
            display.CellEnded(Info, Result(CellState.Done));
            display.CellEnded(Info, Result(CellState.Failed) with { Why = "[sic]" });
        }

        Assert.That(terminal.ErrorText, Does.Contain("sample/coin-bias: 2/2 cells, 1 failed"));
        Assert.That(terminal.ErrorText, Does.Contain("failed: sample/coin-bias cell 01234567 {\"Bias\":0.5}: [sic]"));
    }

    private static ErrorConsole Console(BufferedTerminal terminal, Verbosity verbosity) =>
        new(terminal, plain: false, colour: false, verbosity);

    private static CellResult Result(CellState state) => new(0, "0123456789abcdef0123456789abcdef", "{\"Bias\":0.5}", state);

    private static string[] Lines(BufferedTerminal terminal) => terminal.ErrorText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
