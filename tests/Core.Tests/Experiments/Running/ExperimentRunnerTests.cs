using System.Text.Json.Nodes;
using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class ExperimentRunnerTests
{
    private TemporaryFolder folder = null!;
    private RunStore store = null!;

    [SetUp]
    public void MakeStore() => store = new RunStore((folder = new TemporaryFolder()).Path);

    [TearDown]
    public void RemoveStore() => folder.Dispose();

    [Test]
    public async Task ARunHoldsAllItPromises()
    {
        ExperimentResult result = await RunAsync(new RunRequest { Experiment = new Grid(), Command = ["run", "test/grid"] });
        string[] rows = await File.ReadAllLinesAsync(Path.Combine(result.Folder!, "rows.csv"));
        JsonObject manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(result.Folder!, "manifest.json")))!.AsObject();
        string[] plan = await File.ReadAllLinesAsync(Path.Combine(result.Folder!, "plan.jsonl"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.State, Is.EqualTo(RunOutcome.Complete));
            Assert.That(result.RunId, Does.Match("^[0-9]{8}-[0-9]{6}-quick-[0-9a-f]{8}$"));
            Assert.That(result.Cells.Select(c => (c.State, c.Rows)), Is.All.EqualTo((CellState.Done, 3)));
            Assert.That(rows[0], Is.EqualTo("System,Seed,Step,LatencyMs,Note,Phase,Tokens,Elapsed,IsLast"));
            Assert.That(rows, Has.Length.EqualTo(1 + (6 * 3)));
            Assert.That(rows[1], Does.StartWith("Alpha,1,0,").And.Contain("\"\"\"Alpha\"\", step 0\",Warm,"));
            Assert.That(result.Rows.Rows, Has.Count.EqualTo(18));
            Assert.That(result.Claims.Single().Claim.Id, Is.EqualTo("mean-latency"));
            Assert.That(result.Figures.Single().Series, Has.Count.EqualTo(2));
            Assert.That(result.Rerun, Is.EqualTo("researchkit run test/grid --scale quick"));
            Assert.That(File.Exists(Path.Combine(result.Folder!, "claims.json")));
            Assert.That(File.Exists(Path.Combine(result.Folder!, "figures", "latency.json")));
            Assert.That(File.ReadAllText(Path.Combine(folder.Path, "test", "grid", "latest")).Trim(), Is.EqualTo(result.RunId));
            Assert.That(plan[0], Is.EqualTo($"{{\"i\":0,\"key\":\"{result.Cells[0].Key}\",\"cell\":{{\"Seed\":1,\"System\":\"Alpha\"}}}}"));
            Assert.That((string?)manifest["state"], Is.EqualTo("complete"));
            Assert.That((int?)manifest["schema"], Is.EqualTo(1));
            Assert.That((int?)manifest["options"]!["RowsPerCell"], Is.EqualTo(3));
            Assert.That(manifest["writers"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That((int?)manifest["writers"]![0]!["cells"], Is.EqualTo(6));
            Assert.That((string?)manifest["command"]![1], Is.EqualTo("test/grid"));
            Assert.That(manifest["packages"]!.AsArray(), Is.Not.Empty);
            Assert.That(manifest.ToJsonString(), Does.Not.Contain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/"));
            Assert.That((double?)manifest["durationSeconds"], Is.GreaterThan(0));
            Assert.That(
                manifest.Select(m => m.Key),
                Is.SupersetOf(
                    (string[])
                        [
                            "experiment",
                            "version",
                            "title",
                            "paper",
                            "scale",
                            "optionsHash",
                            "planHash",
                            "cells",
                            "seeds",
                            "createdUtc",
                            "finishedUtc",
                            "researchKit",
                            "runtime",
                            "machine",
                            "native",
                            "data",
                            "environment",
                            "cpuSeconds",
                            "peakMemoryMiB",
                            "energy",
                        ]
                )
            );
        }
    }

    [Test]
    public async Task RowsDoNotDependOnJobsOrOrder()
    {
        List<string> texts = [];
        foreach (int jobs in (int[])[1, 2, 4])
        {
            ExperimentResult result = await RunAsync(Request(new Grid()) with { Jobs = jobs });
            texts.Add(await File.ReadAllTextAsync(Path.Combine(result.Folder!, "rows.csv")));
        }

        ExperimentResult shuffled = await RunAsync(Request(new Grid()), new RunServices { Launcher = new ShuffledLauncher() });
        texts.Add(await File.ReadAllTextAsync(Path.Combine(shuffled.Folder!, "rows.csv")));
        ExperimentResult memory = await InMemoryRun.OfAsync<Grid>();
        Assert.That(texts.Distinct(), Has.Exactly(1).Items);
        Assert.That(memory.Rows.Rows.SelectMany(r => r), Is.EqualTo(shuffled.Rows.Rows.SelectMany(r => r)));
        Assert.That(memory.Folder, Is.Null);
    }

    [Test]
    public async Task ResumeMeasuresOnlyWhatIsMissingInTheSameFolder()
    {
        bool fails = true;
        List<int> measured = [];
        Probe probe = new()
        {
            Measure = (cell, _, _) =>
            {
                measured.Add(cell.Seed);
                return fails && cell.Seed == 2 ? throw new InvalidOperationException("not today") : Task.FromResult(7);
            },
        };
        ExperimentResult first = await RunAsync(Request(probe) with { Jobs = 1 });
        Assert.That(first.State, Is.EqualTo(RunOutcome.Failed));
        Assert.That(
            first.Cells[1],
            Has.Property("State").EqualTo(CellState.Failed).And.Property("Why").EqualTo("InvalidOperationException: not today")
        );
        Assert.That(first.Rows.Rows, Has.Count.EqualTo(4), "the row that the failed cell had measured does not count");

        fails = false;
        measured.Clear();
        ExperimentResult second = await RunAsync(Request(probe) with { Resume = RunRequest.Newest, Jobs = 1 });
        Assert.That(measured, Is.EqualTo(new[] { 2 }));
        Assert.That((second.RunId, second.State), Is.EqualTo((first.RunId, RunOutcome.Complete)));
        Assert.That(Directory.GetFiles(Path.Combine(second.Folder!, "journal"), "*.csv"), Has.Length.EqualTo(2));

        measured.Clear();
        ExperimentResult third = await RunAsync(Request(probe) with { Resume = first.RunId });
        Assert.That(measured, Is.Empty);
        Assert.That(third.State, Is.EqualTo(RunOutcome.Complete));
    }

    [Test]
    public async Task ResumeWithOtherOptionsNamesTheDifferences()
    {
        ExperimentResult first = await RunAsync(Request(new Probe()));
        foreach (string resume in (string[])[RunRequest.Newest, first.RunId])
        {
            RunRequest other = Request(new Probe()) with
            {
                Options = new ProbeOptions { Factor = 3, Seeds = [1] },
                Resume = resume,
            };
            var error = await Assert.ThrowsAsync<ResearchKitException>(() => RunAsync(other));
            Assert.That(error!.Code, Is.EqualTo(ErrorCodes.OptionsDiffer));
            Assert.That(error!.Message, Does.Contain("Factor: stored 2, given 3; Seeds: stored [1,2,3], given [1]"));
            Assert.That(error!.Remedy, Does.Contain($"--import {first.RunId}"));
        }

        var none = await Assert.ThrowsAsync<ResearchKitException>(() => RunAsync(Request(new Grid()) with { Resume = RunRequest.Newest }));
        Assert.That(none!.Code, Is.EqualTo(ErrorCodes.RunNotFound));
    }

    [Test]
    public async Task ImportTakesOverEqualCellsWithTheirFiles()
    {
        int measured = 0;
        Probe probe = new()
        {
            Measure = async (cell, context, token) =>
            {
                Interlocked.Increment(ref measured);
                await using Stream file = context.Artifacts.Create("note, 1.txt");
                await file.WriteAsync(new byte[] { (byte)cell.Seed }, token);
                return cell.Seed;
            },
        };
        ExperimentResult small = await RunAsync(Request(probe));
        measured = 0;
        ExperimentResult grown = await RunAsync(
            Request(probe) with
            {
                Options = new ProbeOptions { Seeds = [1, 2, 3, 4] },
                Import = small.RunId,
            }
        );
        Assert.That(measured, Is.EqualTo(1));
        Assert.That(grown.State, Is.EqualTo(RunOutcome.Complete));
        Assert.That(grown.Rows.Rows.Take(6).SelectMany(r => r), Is.EqualTo(small.Rows.Rows.SelectMany(r => r)));
        foreach (CellResult cell in grown.Cells)
        {
            Assert.That(File.ReadAllBytes(Path.Combine(grown.Folder!, "artifacts", cell.Key, "note, 1.txt")), Has.Length.EqualTo(1));
        }

        Assert.That(grown.Cells[0].Milliseconds, Is.EqualTo(small.Cells[0].Milliseconds));
    }

    [Test]
    public async Task OnlySomeCells()
    {
        ExperimentResult some = await RunAsync(Request(new Grid()) with { Only = ["system=beta", "Seed=1,3"] });
        Assert.That(
            some.Cells.Where(c => c.State == CellState.Done).Select(c => c.Cell),
            Is.EqualTo(new[] { "{\"Seed\":1,\"System\":\"Beta\"}", "{\"Seed\":3,\"System\":\"Beta\"}" })
        );
        Assert.That(some.State, Is.EqualTo(RunOutcome.Incomplete));
        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() =>
            RunAsync(Request(new Grid()) with { Only = ["Size=1", "Seed"] })
        );
        Assert.That(error!.Problems, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task AForecastMeasuresNothing()
    {
        Probe probe = new() { Measure = (_, _, _) => throw new InvalidOperationException("measured") };
        RunServices services = new() { Resources = new NoData() };
        RunRequest request = Request(probe) with
        {
            Options = new ProbeOptions { Seeds = [1, 13] },
            Jobs = 1,
        };
        RunForecast forecast = await new ExperimentRunner(store, services).ForecastAsync(request);
        Assert.That(
            (forecast.Count(CellState.Missing), forecast.Count(CellState.Skipped), forecast.RunId, forecast.Expected),
            Is.EqualTo((1, 1, (string?)null, (TimeSpan?)null))
        );
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);

        probe.Measure = async (_, _, token) =>
        {
            await Task.Delay(20, token);
            return 1;
        };
        ExperimentResult first = await RunAsync(request, services);
        double milliseconds = (await RunState.ReadAsync(await store.OpenAsync(first.RunId!), probe)).Cells[0].Milliseconds!.Value;
        RunForecast again = await new ExperimentRunner(store, services).ForecastAsync(
            request with
            {
                Options = new ProbeOptions { Seeds = [1, 2, 13] },
            }
        );
        Assert.That(again.Expected!.Value.TotalMilliseconds, Is.EqualTo(2 * milliseconds).Within(1), "one cell as before, one like it");
        Assert.That(
            (await new ExperimentRunner(store, services).ForecastAsync(request with { Resume = RunRequest.Newest })).Count(CellState.Done),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task CellsWithoutTheirDataAreSkippedWithTheReason()
    {
        Probe probe = new() { OnJudge = _ => [Claim.Value("needs", "x").Accept(0, 1).StatedWithoutNumber("y").Requires("data:unlucky")] };
        ExperimentResult result = await RunAsync(
            Request(probe) with
            {
                Options = new ProbeOptions { Seeds = [1, 13] },
            },
            new RunServices { Resources = new NoData() }
        );
        Assert.That(
            result.Cells[1],
            Has.Property("State").EqualTo(CellState.Skipped).And.Property("Why").EqualTo("data:unlucky is not here")
        );
        Assert.That(result.State, Is.EqualTo(RunOutcome.Complete));
        Assert.That(result.Claims.Single().Verdict, Is.EqualTo(Verdict.Skipped));
        Assert.That(result.Context!.UnmetNeeds, Is.EqualTo(new[] { "data:unlucky" }));
    }

    [Test]
    public void AnUnknownNeedIsAnError() =>
        Assert.Throws<ArgumentException>(() => new MachineResources(new ResearchKit.Data.DatasetCatalog()).WhyMissing("luck"));

    [Test]
    public async Task OnlyFailuresThatMayPassAreTriedAgain([Values(0, 2)] int retries)
    {
        Dictionary<int, int> attempts = [];
        Probe probe = new()
        {
            Measure = (cell, _, _) =>
            {
                int attempt = attempts[cell.Seed] = attempts.GetValueOrDefault(cell.Seed) + 1;
                return (cell.Seed, attempt) switch
                {
                    (1, < 3) => throw new TransientException("busy"),
                    (2, 1) => throw new IOException("gone"),
                    (3, _) => throw new InvalidOperationException("never"),
                    _ => Task.FromResult(1),
                };
            },
        };
        ExperimentResult result = await RunAsync(Request(probe) with { Jobs = 1, Retries = retries });
        Assert.That(attempts.Values, Is.EqualTo(retries == 0 ? [1, 1, 1] : new[] { 3, 2, 1 }));
        Assert.That(
            result.Cells.Select(c => c.State),
            Is.EqualTo(
                retries == 0
                    ? [CellState.Failed, CellState.Failed, CellState.Failed]
                    : new[] { CellState.Done, CellState.Done, CellState.Failed }
            )
        );
        Assert.That(result.Cells.Sum(c => c.Rows), Is.EqualTo(result.Rows.Rows.Count));
        string journal = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(result.Folder!, "journal"), "*.csv").Single());
        Assert.That(journal.Split("#fail ").Length - 1, Is.EqualTo(3 + (retries == 0 ? 0 : 1)));
        Assert.That(journal, Does.Contain("stack=\"   at "));
        Assert.That(File.ReadAllText(Directory.GetFiles(Path.Combine(result.Folder!, "journal"), "*.log").Single()), Does.Contain("never"));
    }

    [Test]
    public async Task FailFastStopsTheOthers()
    {
        Probe probe = new() { Measure = (cell, _, _) => cell.Seed == 2 ? throw new InvalidOperationException("x") : Task.FromResult(1) };
        ExperimentResult result = await RunAsync(Request(probe) with { Jobs = 1, FailFast = true });
        Assert.That(result.Cells.Select(c => c.State), Is.EqualTo(new[] { CellState.Done, CellState.Failed, CellState.Missing }));
    }

    [Test]
    public async Task CancellationKeepsFinishedCellsAndSaysHowToGoOn()
    {
        using CancellationTokenSource cancel = new();
        Probe probe = new()
        {
            Measure = async (cell, _, token) =>
            {
                if (cell.Seed == 2)
                {
                    await cancel.CancelAsync();
                    await Task.Delay(Timeout.Infinite, token);
                }

                return cell.Seed;
            },
        };
        var stopped = await Assert.ThrowsAsync<RunInterruptedException>(() =>
            RunAsync(Request(probe) with { Jobs = 1 }, cancellationToken: cancel.Token)
        );
        Assert.That(stopped!.ResumeCommand, Is.EqualTo($"researchkit run test/probe --resume {stopped!.RunId} --out {folder.Path}"));
        Run run = await store.OpenAsync(stopped!.RunId);
        Assert.That(run.Manifest.State, Is.EqualTo(RunOutcome.Incomplete));
        RunState state = await RunState.ReadAsync(run, probe);
        Assert.That(state.Cells.Select(c => c.State), Is.EqualTo(new[] { CellState.Done, CellState.Missing, CellState.Missing }));
        Assert.That(state.Writers.Single().Unfinished, Is.EqualTo(new[] { state.Cells[1].Key }));

        probe.Measure = (cell, _, _) => Task.FromResult(cell.Seed);
        ExperimentResult resumed = await RunAsync(Request(probe) with { Resume = stopped!.RunId });
        Assert.That(resumed.State, Is.EqualTo(RunOutcome.Complete));
    }

    [Test]
    public async Task ACellThatDoesNotStopIsAbandonedAndItsRowsDoNotCount()
    {
        using CancellationTokenSource cancel = new();
        using ManualResetEventSlim late = new();
        TaskCompletionSource returned = new();
        Probe probe = new()
        {
            Measure = async (_, _, _) =>
            {
                await cancel.CancelAsync();
                await Task.Yield();
                late.Wait(CancellationToken.None);
                returned.SetResult();
                return 1;
            },
        };
        RunServices services = new() { Launcher = new LocalLauncher { Patience = TimeSpan.FromMilliseconds(50) } };
        var stopped = await Assert.ThrowsAsync<RunInterruptedException>(() =>
            RunAsync(Request(probe) with { Jobs = 1 }, services, cancel.Token)
        );
        late.Set();
        await returned.Task;
        RunState state = await RunState.ReadAsync(await store.OpenAsync(stopped!.RunId), probe);
        Assert.That(state.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Missing));
        Assert.That(state.Damages, Is.Empty);
    }

    [Test]
    public async Task AnyNumberOfWorkersWithWritersOfTheirOwnMakeOneRun()
    {
        ExperimentResult local = await RunAsync(Request(new Grid()));
        ExperimentResult elsewhere = await RunAsync(Request(new Grid()), new RunServices { Launcher = new WorkersLauncher(store) });
        Assert.That(elsewhere.State, Is.EqualTo(RunOutcome.Complete));
        Assert.That(elsewhere.Rows.Rows.SelectMany(r => r), Is.EqualTo(local.Rows.Rows.SelectMany(r => r)));
        Assert.That(Directory.GetFiles(Path.Combine(elsewhere.Folder!, "journal"), "*.csv"), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task ANumberThatTorchSharpLostIsNoFailureOfTheCell()
    {
        int calls = 0;
#pragma warning disable CA2201 // TorchSharp throws this very type
        Probe probe = new()
        {
            Measure = (cell, _, _) =>
                Interlocked.Increment(ref calls) <= 2
                    ? throw new System.Runtime.InteropServices.ExternalException("Expected false to be true, but got false.")
                    : Task.FromResult(cell.Seed),
        };
        ExperimentResult result = await RunAsync(Request(probe) with { Jobs = 1 });
        Assert.That(result.State, Is.EqualTo(RunOutcome.Complete));
        probe.Measure = (_, _, _) => throw new System.Runtime.InteropServices.ExternalException("out of memory");
#pragma warning restore CA2201
        Assert.That((await RunAsync(Request(probe) with { Jobs = 1 })).State, Is.Not.EqualTo(RunOutcome.Complete));
    }

    [Test]
    public async Task TorchIsPinnedInEveryRowOfEveryCell([Values(1, 2)] int threads)
    {
        Probe probe = new()
        {
            Measure = async (_, _, _) =>
            {
                await Task.Yield();
                Torch.EnsureLoaded();
                int found = TorchSharp.torch.get_num_threads();
                Torch.SetThreads(threads + 2); // the next cell in this thread is to have its own again
                return found;
            },
        };
        ExperimentResult result = await RunAsync(Request(probe) with { Threads = threads, Jobs = 2 });
        Assert.That(
            result.Rows.Rows.Where((_, i) => i % 2 == 1).Select(r => r[^1]),
            Is.All.EqualTo(threads.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
        Assert.That((int?)result.Manifest["native"]!["intraOp"], Is.EqualTo(threads));
        RunRequest other = Request(probe) with { Threads = threads + 1, Resume = result.RunId };
        Assert.That((await Assert.ThrowsAsync<ResearchKitException>(() => RunAsync(other)))!.Code, Is.EqualTo(ErrorCodes.OptionsDiffer));
    }

    [Test]
    public async Task ProblemsOfDrawingAndJudgingKeepTheRows([Values("draw", "judge", "render", "report")] string where)
    {
        Probe probe = new()
        {
            OnDraw = _ => where == "draw" ? throw new InvalidOperationException("crooked") : [Figure("good")],
            OnJudge = _ =>
                where == "judge"
                    ? throw new InvalidOperationException("crooked")
                    : [Claim.Value("id", "x").Accept(0).StatedWithoutNumber("y")],
        };
        RunServices services = new()
        {
            Figures = new Renderer(_ => where == "render" ? throw new InvalidOperationException("crooked") : 0),
            Reporter = new Reporter(_ => where == "report" ? throw new InvalidOperationException("crooked") : 0),
        };
        ExperimentResult result = await RunAsync(Request(probe), services);
        Assert.That(
            result.Problems.Single(),
            Does.StartWith(where == "render" ? "figure good: " : $"{where}: ").And.EndsWith("InvalidOperationException: crooked")
        );
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(result.Folder!, "rows.csv")), Has.Length.EqualTo(7));
        Assert.That(result.Figures, Has.Count.EqualTo(where == "draw" ? 0 : 1));
        Assert.That(result.Claims, Has.Count.EqualTo(where == "judge" ? 0 : 1));
    }

    [Test]
    public async Task AClaimThatCannotFailIsAProblem()
    {
        Probe probe = new() { OnJudge = _ => [Claim.Value("id", "x").StatedWithoutNumber("y")] };
        Assert.That((await InMemoryRun.OfAsync(probe)).Problems.Single(), Does.StartWith("judge: RK5002: "));
    }

    [Test]
    public async Task ACellIsMeasuredAgainAndCompared()
    {
        int offset = 0;
        Probe probe = new() { Measure = (cell, _, _) => Task.FromResult(cell.Seed + (cell.Seed == 2 ? offset : 0)) };
        ExperimentResult result = await RunAsync(Request(probe) with { Verify = 2 });
        Assert.That(result.Verified, Has.Count.EqualTo(2));
        Assert.That(result.Verified.All(c => c.IsEqual));

        Run run = await store.OpenAsync("test/probe");
        ExperimentRunner runner = new(store);
        Assert.That((await runner.RepeatCellAsync(run, probe, result.Cells[1].Key[..8])).IsEqual);
        offset = 5;
        CellComparison different = await runner.RepeatCellAsync(run, probe, result.Cells[1].Key);
        Assert.That(different.Differences, Is.EqualTo(new[] { new RowDifference(1, "Value", "2", "7") }));
        Assert.That((await runner.RepeatCellAsync(run, probe, result.Cells[0].Key)).IsEqual);

        probe.Measure = (_, _, _) => throw new InvalidOperationException("gone");
        CellComparison failed = await runner.RepeatCellAsync(run, probe, result.Cells[0].Key);
        Assert.That((failed.IsEqual, failed.Failure, failed.Differences.Count), Is.EqualTo((false, "InvalidOperationException: gone", 2)));
        probe.Measure = (cell, _, _) => Task.FromResult(cell.Seed + (cell.Seed == 2 ? offset : 0));

        ExperimentResult verified = await RunAsync(Request(probe) with { Resume = RunRequest.Newest, Verify = 99 });
        Assert.That(verified.Verified.Count(c => !c.IsEqual), Is.EqualTo(1));
        Assert.That(verified.Verified, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task WritersThatDisagreeAreRefusedUntilOneIsPreferred()
    {
        int value = 1;
        Probe probe = new() { Measure = (_, _, _) => Task.FromResult(value) };
        ExperimentResult first = await RunAsync(Request(probe));
        Run run = await store.OpenAsync("test/probe");
        ExperimentPlan plan = await run.ReadPlanAsync(probe);
        await CommitAgainAsync(run, probe, plan.Cells[0], [new ProbeRow(-1), new ProbeRow(1)]);
        Assert.That((await new ExperimentRunner(store).ReviewAsync(run, probe)).State, Is.EqualTo(RunOutcome.Complete), "equal rows agree");

        string writer = await CommitAgainAsync(run, probe, plan.Cells[0], [new ProbeRow(-1), new ProbeRow(9)]);
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => new ExperimentRunner(store).ReviewAsync(run, probe));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.CellNotDeterministic));
        Assert.That(error!.Message, Does.Contain("row 1, column Value: 1 and 9").And.Contains(writer + ".csv"));
        ExperimentResult preferred = await new ExperimentRunner(store).ReviewAsync(run, probe, prefer: writer);
        Assert.That(preferred.Rows.Rows[1][^1], Is.EqualTo("9"));
        Assert.That(first.Rows.Rows[1][^1], Is.EqualTo("1"));
    }

    [Test]
    public async Task TimingCellsRunAloneAndTheirRepeatsAreNoConflict()
    {
        TimedGrid timed = new();
        ExperimentResult result = await RunAsync(Request(timed) with { Jobs = 4 });
        Assert.That(timed.MostAtOnce, Is.EqualTo(1));
        Run run = await store.OpenAsync("test/timed");
        ExperimentPlan plan = await run.ReadPlanAsync(timed);
        await CommitAgainAsync(run, timed, plan.Cells[0], [new ProbeRow(77)]);
        ExperimentResult again = await new ExperimentRunner(store).ReviewAsync(run, timed);
        Assert.That(again.Rows.Rows.SelectMany(r => r), Is.EqualTo(result.Rows.Rows.SelectMany(r => r)), "the first by its end counts");
        Assert.That(run.Manifest.LoadWhileTiming, Is.Not.Null.Or.Property("HasValue").False);
        Assert.That((await new ExperimentRunner(store).RepeatCellAsync(run, timed, plan.Cells[0].Key)).IsTiming);
    }

    [Test]
    public async Task DamagedCellsAreNamedAndMeasuredAgain()
    {
        ExperimentResult result = await RunAsync(Request(new Grid()) with { Jobs = 1 });
        string journal = Directory.GetFiles(Path.Combine(result.Folder!, "journal"), "*.csv").Single();
        string text = await File.ReadAllTextAsync(journal);
        string edited = text.Replace("step 0\",Warm", "step 0\",Hot", StringComparison.Ordinal);
        await File.WriteAllTextAsync(journal, edited);
        await File.WriteAllTextAsync(Path.Combine(result.Folder!, "rows.csv"), "edited by hand");

        Run run = await store.OpenAsync("test/grid");
        ExperimentResult damaged = await new ExperimentRunner(store).ReviewAsync(run, new Grid());
        Assert.That(damaged.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Damaged));
        Assert.That(damaged.Damages[0].File, Is.EqualTo(journal));
        Assert.That(damaged.Damages[0].Offset, Is.EqualTo(edited.IndexOf("#end", StringComparison.Ordinal)));
        Assert.That(damaged.Cells[0].Why, Does.Contain("do not agree with their hash").And.Contains(journal));

        ExperimentResult healed = await RunAsync(Request(new Grid()) with { Resume = RunRequest.Newest });
        Assert.That(healed.State, Is.EqualTo(RunOutcome.Complete));
        Assert.That(healed.Rows.Rows.SelectMany(r => r), Is.EqualTo(result.Rows.Rows.SelectMany(r => r)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(result.Folder!, "rows.csv")), Does.StartWith("System,Seed"));
    }

    [Test]
    public async Task ObserversSeeEverythingAndCannotDoHarm()
    {
        Watcher watcher = new();
        ExperimentResult result = await RunAsync(
            Request(new Grid()) with
            {
                Jobs = 2,
            },
            new RunServices { Observers = [new BrokenWatcher(), watcher] }
        );
        Assert.That((watcher.Missing, watcher.Started, watcher.Rows, watcher.Ended, watcher.Result), Is.EqualTo((6, 6, 18, 6, result)));
    }

    [Test]
    public async Task WithSeveralJobsTheLongestComesFirst()
    {
        List<int> order = [];
        Probe probe = new()
        {
            Measure = async (cell, _, token) =>
            {
                await Task.Delay(cell.Seed * 30, token);
                lock (order)
                {
                    order.Add(cell.Seed);
                }

                return 1;
            },
        };
        await RunAsync(Request(probe) with { Jobs = 1 });
        order.Clear();
        LaunchRequest? seen = null;
        await RunAsync(Request(probe) with { Jobs = 2 }, new RunServices { Launcher = new SpyLauncher(r => seen = r) });
        Assert.That(seen!.Missing.OrderByDescending(c => seen.Expected(c)).Select(c => c.Index), Is.EqualTo(new[] { 2, 1, 0 }));
    }

    [Test]
    public async Task RequestsAreChecked()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RunAsync(Request(new Probe()) with { Jobs = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RunAsync(Request(new Probe()) with { Retries = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Request(new Probe()) with { Options = new GridOptions() }));
        await Assert.ThrowsAsync<ArgumentException>(() => new ExperimentRunner(null).RunAsync(Request(new Probe()) with { Resume = "x" }));
        await Assert.ThrowsAsync<InvalidOptionsException>(() => InMemoryRun.OfAsync<Probe>(set: ["Factor=x"]));
    }

    private static Figure Figure(string id) =>
        new()
        {
            Id = id,
            Title = id,
            X = new Axis("x"),
            Y = new Axis("y"),
            Series = [],
        };

    private static RunRequest Request(Experiment experiment) => new() { Experiment = experiment };

    private static async Task<string> CommitAgainAsync(Run run, Experiment experiment, PlannedCell cell, object[] rows)
    {
        JournalWriter writer = run.OpenWriter(experiment, Durability.Process, TimeProvider.System, "s1_2");
        await writer.BeginAsync(cell.Key, 1);
        foreach (object row in rows)
        {
            await writer.AppendAsync(cell.Key, row);
        }

        await writer.EndAsync(cell.Key);
        await writer.CompleteAsync();
        return writer.Id;
    }

    private Task<ExperimentResult> RunAsync(
        RunRequest request,
        RunServices? services = null,
        CancellationToken cancellationToken = default
    ) => new ExperimentRunner(store, services).RunAsync(request, cancellationToken);

    private sealed class NoData : ICellResources
    {
        public string? WhyMissing(string need) => $"{need} is not here";
    }

    private sealed class Renderer(Func<Figure, int> render) : IFigureRenderer
    {
        public Task RenderAsync(Figure figure, string folder, CancellationToken cancellationToken) => Task.FromResult(render(figure));
    }

    private sealed class Reporter(Func<ExperimentResult, int> report) : IRunReporter
    {
        public Task WriteAsync(ExperimentResult result, string folder, CancellationToken cancellationToken) =>
            Task.FromResult(report(result));
    }

    private class SpyLauncher(Action<LaunchRequest> see) : ILauncher
    {
        public string Name => "spy";

        public bool MeasuresElsewhere => false;

        public virtual Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
        {
            see(request);
            return new LocalLauncher().LaunchAsync(request, cancellationToken);
        }
    }

    private sealed class ShuffledLauncher() : SpyLauncher(_ => { })
    {
        public override Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
        {
            PlannedCell[] cells = [.. request.Missing];
            ResearchKit.Numerics.RandomStream.Named("shuffled order").Shuffle<PlannedCell>(cells);
            return base.LaunchAsync(request with { Missing = cells, Jobs = 1 }, cancellationToken);
        }
    }

    // What a process or cluster launcher does: parts of the plan by index, each measured by a worker that knows the folder alone.
    private sealed class WorkersLauncher(RunStore store) : ILauncher
    {
        public string Name => "workers";

        public bool MeasuresElsewhere => true;

        public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
        {
            int[][] parts = [.. request.Missing.Select(c => c.Index).Chunk(2)];
            await Parallel.ForEachAsync(
                parts,
                cancellationToken,
                async (part, token) =>
                {
                    Run run = await Run.OpenAsync(request.Folder!, token);
                    await new ExperimentRunner(store).MeasureAsync(run, Request(new Grid()), part, token);
                }
            );
        }
    }

    private sealed class BrokenWatcher : IRunObserver
    {
        public void RowMeasured(ExperimentInfo experiment, PlannedCell cell, object row) => throw new InvalidOperationException("broken");

        public void RunEnded(ExperimentResult result) => throw new InvalidOperationException("broken");
    }

    private sealed class Watcher : IRunObserver
    {
        private int started;
        private int rows;
        private int ended;

        public int Missing { get; private set; }

        public int Started => started;

        public int Rows => rows;

        public int Ended => ended;

        public ExperimentResult? Result { get; private set; }

        public void RunStarted(ExperimentInfo experiment, string runId, int cells, int missing) => Missing = missing;

        public void CellStarted(ExperimentInfo experiment, PlannedCell cell, int attempt) => Interlocked.Increment(ref started);

        public void RowMeasured(ExperimentInfo experiment, PlannedCell cell, object row) => Interlocked.Increment(ref rows);

        public void CellEnded(ExperimentInfo experiment, CellResult result) => Interlocked.Increment(ref ended);

        public void RunEnded(ExperimentResult result) => Result = result;
    }
}
