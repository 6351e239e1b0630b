using System.Diagnostics;
using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

/// <summary>What happens to a run when processes die, disks fill up, and several processes work on it.</summary>
public sealed class RunFaultTests
{
    private static readonly string[] Slow = ["Seeds=1..8", "RowsPerCell=6", "DelayMs=4"];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public Task AKilledRunResumesToTheSameBytes() => KillAndResumeAsync(rounds: 2);

    [Test]
    [Category("Long")]
    public Task ARunKilledAgainAndAgainResumesToTheSameBytes() => KillAndResumeAsync(rounds: 20);

    [Test]
    public async Task TwoProcessesOnOneRunAreHarmless()
    {
        Run run = await CreateAsync();
        Process[] both = [Start(folder.Path, run.Id, jobs: 2), Start(folder.Path, run.Id, jobs: 2)];
        foreach (Process process in both)
        {
            await ExpectAsync(process, exitCode: 0);
        }

        string rows = await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.csv"));
        Assert.That(rows, Is.EqualTo(await UndisturbedAsync()));
        Assert.That(Directory.GetFiles(Path.Combine(run.Folder, "journal"), "*.csv"), Has.Length.EqualTo(2));
        Assert.That(Directory.GetFiles(run.Folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task AFullDiskIsToldAndTheRunGoesOnAfterwards()
    {
        using SmallDisk disk = SmallDisk.MountOrIgnore(folder.Path, "256k");
        RunStore store = new(disk.Path);
        GridOptions options = new() { Seeds = [.. Enumerable.Range(1, 300)], RowsPerCell = 40 };
        RunRequest request = new()
        {
            Experiment = new Grid(),
            Options = options,
            Durability = Durability.Process,
        };
        var full = await Assert.ThrowsAsync<ResearchKitException>(() => new ExperimentRunner(store).RunAsync(request));
        Assert.That(full!.Code, Is.EqualTo(ErrorCodes.WriteFailed));
        Assert.That(full.Message, Does.Contain(Path.Combine(disk.Path, "test", "grid")).And.Contains("free"));
        Assert.That(full.Remedy, Does.Contain("researchkit run test/grid --resume "));

        Run run = await store.OpenAsync("test/grid");
        RunState state = await RunState.ReadAsync(run, new Grid());
        int done = state.Cells.Count(c => c.State == CellState.Done);
        Assert.That(done, Is.InRange(1, 599));
        Assert.That(state.Damages, Is.Empty);

        disk.Grow("16m");
        ExperimentResult resumed = await new ExperimentRunner(store).RunAsync(request with { Resume = run.Id });
        Assert.That((resumed.State, resumed.Rows.Rows.Count), Is.EqualTo((RunOutcome.Complete, 600 * 40)));
    }

    [Test]
    public async Task AFolderThatCannotBeWrittenIsTold()
    {
        using SmallDisk disk = SmallDisk.MountOrIgnore(folder.Path, "4m");
        RunStore store = new(disk.Path);
        Probe probe = new();
        Run run = await store.CreateAsync(ExperimentPlan.Of(probe, new ProbeOptions()), Scale.Quick, [], TimeProvider.System);
        disk.MakeReadOnly();
        foreach (string? resume in (string?[])[null, run.Id])
        {
            var error = await Assert.ThrowsAsync<ResearchKitException>(() =>
                new ExperimentRunner(store).RunAsync(new RunRequest { Experiment = probe, Resume = resume })
            );
            Assert.That(error!.Code, Is.EqualTo(ErrorCodes.WriteFailed), error.Message);
        }
    }

    [Test]
    public async Task AJournalFolderThatIsAFileIsTold()
    {
        RunStore store = new(folder.Path);
        Probe probe = new();
        Run run = await store.CreateAsync(ExperimentPlan.Of(probe, new ProbeOptions()), Scale.Quick, [], TimeProvider.System);
        string journals = Path.Combine(run.Folder, "journal");
        Directory.Delete(journals);
        await File.WriteAllTextAsync(journals, "in the way");
        var error = await Assert.ThrowsAsync<ResearchKitException>(() =>
            new ExperimentRunner(store).RunAsync(new RunRequest { Experiment = probe, Resume = run.Id })
        );
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.WriteFailed));
    }

    [Test]
    public async Task TheFolderOfARunDeletedWhileItRunsIsTold()
    {
        RunStore store = new(folder.Path);
        Probe probe = new();
        probe.Measure = (cell, _, _) =>
        {
            if (cell.Seed == 3)
            {
                Directory.Delete(Path.Combine(folder.Path, "test"), recursive: true);
                File.WriteAllText(Path.Combine(folder.Path, "test"), "in the way");
            }

            return Task.FromResult(1);
        };
        var error = await Assert.ThrowsAsync<ResearchKitException>(() =>
            new ExperimentRunner(store).RunAsync(new RunRequest { Experiment = probe, Jobs = 1 })
        );
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.WriteFailed), error.Message);
    }

    private async Task KillAndResumeAsync(int rounds)
    {
        string expected = await UndisturbedAsync();
        ResearchKit.Numerics.RandomStream random = ResearchKit.Numerics.RandomStream.Named("kill", "moments");
        for (int round = 0; round < rounds; round++)
        {
            Run run = await CreateAsync();
            string rows = Path.Combine(run.Folder, "rows.csv");
            int kills = 0;
            while (!File.Exists(rows) && kills < 2)
            {
                using Process process = Start(folder.Path, run.Id, jobs: 2);
                await WhenItWritesAsync(process, run);
                await Task.Delay(random.NextInt(150));
                process.Kill();
                await ChildProcess.EndAsync(process);
                kills++;
            }

            Assert.That(kills, Is.GreaterThan(0));
            RunState state = await RunState.ReadAsync(run, new Grid());
            Assert.That(state.Damages, Is.Empty, "a killed process leaves torn lines, never wrong ones");
            await ExpectAsync(Start(folder.Path, run.Id, jobs: 2), exitCode: 0);
            Assert.That(await File.ReadAllTextAsync(rows), Is.EqualTo(expected), $"round {round}");
        }
    }

    // The moment of the kill is drawn within the time in which rows are written, not while the process starts.
    private static async Task WhenItWritesAsync(Process process, Run run)
    {
        string journals = Path.Combine(run.Folder, "journal");
        int before = Directory.GetFiles(journals, "*.csv").Length;
        Stopwatch waited = Stopwatch.StartNew();
        while (!process.HasExited && Directory.GetFiles(journals, "*.csv").Length == before)
        {
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromMinutes(2)), "the process writes nothing");
            await Task.Delay(5);
        }
    }

    private async Task<Run> CreateAsync()
    {
        ExperimentPlan plan = ExperimentPlan.Of(new Grid(), OptionsBinder.Bind(new Grid().For(Scale.Quick), Slow));
        return await new RunStore(folder.Path).CreateAsync(plan, Scale.Quick, [], TimeProvider.System);
    }

    private static async Task<string> UndisturbedAsync()
    {
        using TemporaryFolder other = new();
        GridOptions options = OptionsBinder.Bind(new Grid().For(Scale.Quick), Slow);
        ExperimentResult result = await new ExperimentRunner(new RunStore(other.Path)).RunAsync(
            new RunRequest
            {
                Experiment = new Grid(),
                Options = options,
                Jobs = 16,
            }
        );
        return await File.ReadAllTextAsync(Path.Combine(result.Folder!, "rows.csv"));
    }

    private static Process Start(string store, string run, int jobs)
    {
        string[] arguments =
        [
            typeof(Grid).Assembly.Location,
            store,
            run,
            jobs.ToString(System.Globalization.CultureInfo.InvariantCulture),
            .. Slow,
        ];
        return Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }

    private static async Task ExpectAsync(Process process, int exitCode)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await ChildProcess.EndAsync(process);
            Assert.That(process.ExitCode, Is.EqualTo(exitCode), await output + await errors);
        }
    }
}
