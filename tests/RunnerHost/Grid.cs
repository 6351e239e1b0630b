using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.RunnerHost;

public sealed record GridOptions : ExperimentOptions
{
    [PlanOnly]
    [MinLength(1)]
    public IReadOnlyList<string> Systems { get; init; } = ["Alpha", "Beta"];

    [Range(0, 1000)]
    public int RowsPerCell { get; init; } = 3;

    /// <summary>How long each row takes, by the wall clock; no part of the rows.</summary>
    [PlanOnly]
    [Range(0, 60_000)]
    public int DelayMs { get; init; }
}

public sealed record GridCell(string System, int Seed);

public enum Phase
{
    Warm,
    Hot,
}

public sealed record GridRow(int Step, double LatencyMs, string Note, Phase Phase, long? Tokens, TimeSpan Elapsed, bool IsLast);

/// <summary>A small experiment with every kind of column, whose rows depend on the streams of its cells alone.</summary>
[Experiment("test/grid", Paper = "none", Shows = "Rows of a grid of systems and seeds")]
public sealed class Grid : Experiment<GridOptions, GridCell, GridRow>
{
    public override GridOptions For(Scale scale) => new() { RowsPerCell = scale == Scale.Quick ? 3 : 5 };

    public override IEnumerable<GridCell> Plan(GridOptions options) =>
        from system in options.Systems
        from seed in options.Seeds
        select new GridCell(system, seed);

    public override async IAsyncEnumerable<GridRow> MeasureAsync(
        GridCell cell,
        CellContext<GridOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        RandomStream stream = context.Random("latency", cell.System);
        int rows = context.Options.RowsPerCell;
        for (int step = 0; step < rows; step++)
        {
            if (context.Options.DelayMs > 0)
            {
                await Task.Delay(context.Options.DelayMs, cancellationToken);
            }

            double latency = 10 + stream.NextGaussian();
            string note = step % 2 == 0 ? $"\"{cell.System}\", step {step}" : "";
            yield return new GridRow(
                step,
                latency,
                note,
                step == 0 ? Phase.Warm : Phase.Hot,
                step == 1 ? null : stream.NextInt64(1L << 40),
                TimeSpan.FromTicks(stream.NextInt(1 << 30)),
                step == rows - 1
            );
        }
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<GridCell, GridRow>> rows) =>
        [
            new Figure
            {
                Id = "latency",
                Title = "Latency",
                X = new Axis("step"),
                Y = new Axis("latency", "ms"),
                Series =
                [
                    .. rows.GroupBy(r => r.Cell.System)
                        .Select(g => new Series(
                            g.Key,
                            SeriesKind.Line,
                            [.. g.GroupBy(r => r.Row.Step).Select(s => new SeriesPoint(s.Key, s.Average(r => r.Row.LatencyMs)))]
                        )),
                ],
            },
        ];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<GridCell, GridRow>> rows)
    {
        double[] bySeed = [.. rows.GroupBy(r => r.Cell.Seed).Select(g => g.Average(r => r.Row.LatencyMs))];
        Claim claim = Claim
            .Value("mean-latency", "The mean latency lies near 10 ms")
            .Published(10, "the generator")
            .Accept(5, 15)
            .Because("five standard deviations of one row")
            .In("ms");
        yield return bySeed.Length == 0
            ? claim
            : claim.Measured(new Estimate(bySeed.Average(), bySeed.Min(), bySeed.Max(), 0.95, bySeed.Length, IntervalMethod.StudentT));
    }
}
