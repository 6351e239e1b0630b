namespace ResearchKit.Cli.Tests;

/// <summary>The whole flow with real processes: kill, interrupt, resume, report, compare.</summary>
public sealed class ProcessFlowTests
{
    private const string App = "ResearchKit.SampleExperiments.dll";
    private const int SigInt = 2;
    private const int SigTerm = 15;

    [Test]
    public async Task A_killed_run_is_resumed_to_the_same_rows_reported_and_compared()
    {
        using RunsFolder undisturbed = new();
        using RunsFolder runs = new();
        CommandResult whole = await RunAsync(undisturbed, "run", "sample/slow", "--jobs", "2");
        Assert.That(whole.ExitCode, Is.EqualTo(ExitCode.Done), whole.Error);

        using (ChildProcess child = Start(runs, "run", "sample/slow", "--jobs", "2"))
        {
            await UntilCellsAreDoneAsync(runs, 3);
            child.KillHard();
            Assert.That((await child.EndAsync()).ExitCode, Is.EqualTo(128 + 9));
        }

        CommandResult status = await RunAsync(runs, "status");
        Assert.That(status.Out, Does.Contain("incomplete"), "a killed process leaves no one who writes");
        CommandResult resumed = await RunAsync(runs, "run", "sample/slow", "--resume", "--jobs", "2");
        Assert.That(resumed.ExitCode, Is.EqualTo(ExitCode.Done), resumed.Error);
        Assert.That(resumed.Error, Does.Not.Contain("12 to measure"), "finished cells were measured again");
        string rows = await File.ReadAllTextAsync(Path.Combine(runs.OnlyRun("sample/slow"), "rows.csv"));
        Assert.That(rows, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(undisturbed.OnlyRun("sample/slow"), "rows.csv"))));

        CommandResult report = await RunAsync(runs, "report", "sample/slow");
        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Done), report.Error);
        Assert.That(await File.ReadAllTextAsync(report.Out.TrimEnd().Split('\n')[^1]), Does.Contain("<!DOCTYPE html>").IgnoreCase);

        CommandResult compared = await RunAsync(runs, "compare", undisturbed.OnlyRun("sample/slow"), runs.OnlyRun("sample/slow"));
        Assert.That(compared.ExitCode, Is.EqualTo(ExitCode.Done), compared.Error);
        Assert.That(compared.Out, Does.Contain("Cells in both: 12 (0 with other rows); only in A: 0; only in B: 0."));
    }

    [TestCase(SigInt, ExitCode.Interrupted, "interrupted")]
    [TestCase(SigTerm, ExitCode.Terminated, "terminated")]
    public async Task A_signal_stops_the_run_and_keeps_finished_cells(int signal, int exitCode, string word)
    {
        using RunsFolder runs = new();
        using ChildProcess child = Start(runs, "run", "sample/slow", "--jobs", "1");
        await UntilCellsAreDoneAsync(runs, 2);
        child.Signal(signal);
        CommandResult result = await child.EndAsync();
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Error);
        Assert.That(result.Error, Does.Contain(word).And.Contain("go on with: sample run sample/slow --resume"));
        CommandResult rows = await RunAsync(runs, "rows", "sample/slow");
        Assert.That(rows.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.AtLeast(1 + 4), "two rows a cell");
    }

    [Test]
    public async Task A_second_interrupt_ends_at_once()
    {
        using RunsFolder runs = new();
        using ChildProcess child = Start(runs, "run", "sample/hangs", "--jobs", "4");
        await UntilCellsAreDoneAsync(runs, 3);
        child.Signal(SigInt);
        await Task.Delay(300);
        Assert.That(child.HasExited, Is.False, "a cell that does not listen is given some seconds");
        child.Signal(SigInt);
        CommandResult result = await child.EndAsync();
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(result.Error, Does.Not.Contain("abandoned"), "it waited for the cell");
    }

    [Test]
    public async Task A_reader_that_goes_stops_the_output_quietly()
    {
        using RunsFolder runs = new();
        CommandResult run = await RunAsync(
            runs,
            "run",
            "sample/coin-bias",
            "--seeds",
            "1..2000",
            "--set",
            "Throws=1",
            "--durability",
            "process"
        );
        Assert.That(run.ExitCode, Is.AnyOf(ExitCode.Done, ExitCode.Failed), run.Error);
        string command =
            $"dotnet exec '{Path.Combine(AppContext.BaseDirectory, App)}' rows sample/coin-bias --out '{runs.Path}' | head -n 1; echo \"code ${{PIPESTATUS[0]}}\"";
        CommandResult piped = await ChildProcess.RunAsync("bash", "-c", command);
        Assert.That(piped.Out, Is.EqualTo("Experiment,RunId,Bias,Seed,Share,Heads\ncode 0\n"));
        Assert.That(piped.Error, Is.Empty);
    }

    [Test]
    public async Task Torch_that_is_missing_is_said_with_its_remedy()
    {
        using RunsFolder runs = new();
        Dictionary<string, string?> environment = new() { ["RESEARCHKIT_LIBTORCH"] = runs.Path };
        using ChildProcess child = ChildProcess.Start(App, environment, "doctor");
        CommandResult result = await child.EndAsync();
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment), result.Out);
        Assert.That(result.Out, Does.Match("error   torch: RK100[123]: .*\n        -> "));
    }

    [Test]
    public async Task A_device_that_is_not_here_is_refused_before_anything_is_measured()
    {
        using RunsFolder runs = new();
        CommandResult result = await RunAsync(runs, "run", "sample/coin-bias", "--device", "cuda");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(Directory.Exists(Path.Combine(runs.Path, "sample")), Is.False);
    }

    [Test]
    public async Task Results_and_progress_use_streams_of_their_own()
    {
        using RunsFolder runs = new();
        CommandResult result = await RunAsync(runs, "run", "sample/coin-bias");
        Assert.That(result.Out, Does.Contain("Confirmed").And.Not.Contain("to measure"));
        Assert.That(result.Error, Does.Contain("to measure").And.Not.Contain("Confirmed"));
        Assert.That(result.Out + result.Error, Does.Not.Contain("\u001b"), "no escape codes in a pipe");
    }

    private static ChildProcess Start(RunsFolder runs, params string[] args) =>
        ChildProcess.Start(
            App,
            new Dictionary<string, string?> { ["RESEARCHKIT_RUNS"] = runs.Path, ["RESEARCHKIT_LIBTORCH"] = null },
            args
        );

    private static async Task<CommandResult> RunAsync(RunsFolder runs, params string[] args)
    {
        using ChildProcess child = Start(runs, args);
        return await child.EndAsync();
    }

    /// <summary>Waits until the journals hold so many ends of cells.</summary>
    private static async Task UntilCellsAreDoneAsync(RunsFolder runs, int cells)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        while (Directory.EnumerateFiles(runs.Path, "*.csv", SearchOption.AllDirectories).Sum(Ends) < cells)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static int Ends(string journal)
    {
        using StreamReader reader = new(new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n').Count(l => l.StartsWith("#end ", StringComparison.Ordinal));
    }
}
