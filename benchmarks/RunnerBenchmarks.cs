using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ResearchKit.Experiments;

namespace ResearchKit.Benchmarks;

/// <summary>What the runner adds to the work of cells: per empty cell, per row, per plan, per resume. Each at three sizes: time must be linear in them.</summary>
[Config(typeof(OnceEach))]
public class RunnerBenchmarks
{
    private string folder = "";
    private RunStore store = null!;
    private Run scattered = null!;

    /// <summary>Cells, or thousands of rows.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Cells { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        folder = Directory.CreateTempSubdirectory("researchkit-benchmark-").FullName;
        store = new RunStore(folder);
        scattered = await ScatterAsync(writers: 100);
    }

    [GlobalCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    /// <summary>Plan with keys.</summary>
    [Benchmark]
    public ExperimentPlan Plan() => ExperimentPlan.Of(new Empty(), Options(Cells));

    /// <summary>Begin, one row, end of each cell, one after another, and what is derived from them.</summary>
    [Benchmark]
    public Task<ExperimentResult> RunEmptyCellsAsync() =>
        new ExperimentRunner(store).RunAsync(
            new RunRequest
            {
                Experiment = new Empty(),
                Options = Options(Cells),
                Jobs = 1,
            }
        );

    /// <summary>Rows of one cell as they come, without fsync.</summary>
    [Benchmark]
    public async Task JournalRowsAsync()
    {
        await using JournalWriter writer = scattered.OpenWriter(new Empty(), Durability.Process, TimeProvider.System, "rows");
        string key = new('a', 32);
        await writer.BeginAsync(key, 1);
        for (int i = 0; i < Cells * 10; i++)
        {
            await writer.AppendAsync(key, new EmptyRow(i, i * 0.1, "text", true));
        }

        await writer.CompleteAsync();
        File.Delete(writer.Path);
    }

    /// <summary>Which cells are done: plan and 100 journals.</summary>
    [Benchmark]
    public Task<RunState> ResumeScanAsync() => RunState.ReadAsync(scattered, new Empty());

    /// <summary>All rows as records, and judged.</summary>
    [Benchmark]
    public Task<ExperimentResult> ReviewAsync() => new ExperimentRunner(store).ReviewAsync(scattered, new Empty(), write: false);

    private static ExperimentOptions Options(int cells) => new() { Seeds = [.. Enumerable.Range(0, cells)] };

    private async Task<Run> ScatterAsync(int writers)
    {
        Empty experiment = new();
        ExperimentPlan plan = ExperimentPlan.Of(experiment, Options(Cells));
        Run run = await store.CreateAsync(plan, Scale.Quick, [], TimeProvider.System);
        foreach (PlannedCell[] cells in plan.Cells.Chunk(Cells / writers))
        {
            await using JournalWriter writer = run.OpenWriter(experiment, Durability.Process, TimeProvider.System);
            foreach (PlannedCell cell in cells)
            {
                await writer.BeginAsync(cell.Key, 1);
                for (int i = 0; i < 10; i++)
                {
                    await writer.AppendAsync(cell.Key, new EmptyRow(i, i * 0.1, "text", true));
                }

                await writer.EndAsync(cell.Key);
            }
        }

        return run;
    }

    // Each call takes long and writes files: it is timed by itself, in this process.
    private sealed class OnceEach : ManualConfig
    {
        public OnceEach() =>
            AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithStrategy(RunStrategy.Monitoring)
                    .WithWarmupCount(1)
                    .WithIterationCount(5)
                    .WithInvocationCount(1)
                    .WithUnrollFactor(1)
            );
    }

    public sealed record EmptyCell(int Seed, string System = "Alpha", double Skew = 0.9);

    public sealed record EmptyRow(int Step, double LatencyMs, string Note, bool IsLast);

    [Experiment("benchmark/empty", Paper = "none", Shows = "Cells that do nothing")]
    public sealed class Empty : Experiment<ExperimentOptions, EmptyCell, EmptyRow>
    {
        public override ExperimentOptions For(Scale scale) => new();

        public override IEnumerable<EmptyCell> Plan(ExperimentOptions options) => options.Seeds.Select(s => new EmptyCell(s));

        public override async IAsyncEnumerable<EmptyRow> MeasureAsync(
            EmptyCell cell,
            CellContext<ExperimentOptions> context,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            yield return new EmptyRow(0, cell.Seed, "", true);
        }

        public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<EmptyCell, EmptyRow>> rows) => [];

        public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<EmptyCell, EmptyRow>> rows) => [];
    }
}
