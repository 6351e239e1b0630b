using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace MyExperiments;

/// <summary>Random points in the unit square: the share in the quarter circle estimates pi / 4, with an error that falls as 1 / sqrt(n).</summary>
[Experiment("pi/error-over-points", Paper = "your paper", Shows = "The error of the estimate falls as the root of the points")]
public sealed class EstimateOfPi : Experiment<EstimateOfPi.Options, EstimateOfPi.Cell, EstimateOfPi.Row>
{
    // What may be changed by --set Name=value.
    public sealed record Options : ExperimentOptions
    {
        [PlanOnly]
        [MinLength(2)]
        [Description("Numbers of points")]
        public IReadOnlyList<int> Points { get; init; } = [];
    }

    // One measurement: independent of all others. Seeds are part of it.
    public sealed record Cell(int Points, int Seed);

    // What a measurement gives; rows are written to a journal the moment they exist.
    public sealed record Row(double Estimate, double AbsoluteError);

    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Points = [100, 1_000, 10_000], Seeds = [.. Enumerable.Range(1, 20)] }
            : new Options { Points = [100, 1_000, 10_000, 100_000, 1_000_000], Seeds = [.. Enumerable.Range(1, 100)] };

    public override IEnumerable<Cell> Plan(Options options) =>
        from points in options.Points
        from seed in options.Seeds
        select new Cell(points, seed);

    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(() => Measure(cell, context.Random("points"), cancellationToken), cancellationToken);
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new Figure
            {
                Id = "error-over-points",
                Title = "The error of the estimate",
                Caption = "Mean absolute error over seeds, with 95 % intervals.",
                X = new Axis("points") { Scale = AxisScale.Log },
                Y = new Axis("absolute error") { Scale = AxisScale.Log },
                Series =
                [
                    new Series(
                        "random points",
                        SeriesKind.Line,
                        [
                            .. rows.GroupBy(r => r.Cell.Points)
                                .Select(g => (Points: g.Key, Error: MeanError(rows, g.Key)))
                                .Select(p => new SeriesPoint(p.Points, p.Error.Value, p.Error.Low, p.Error.High)),
                        ]
                    ),
                ],
            },
        ];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Value("scaled-error", "The mean absolute error times the root of the points is 4 * sqrt(2 p (1 - p) / pi), p = pi / 4")
            .StatedWithoutNumber("the central limit theorem: 1.31")
            .Accept(1.0, 1.7)
            .Because("twenty seeds")
            .Measured(rows.Count == 0 ? null : Intervals.OfSeeds(ScaledErrors(rows), RandomStream.Named("pi", "scaled-error")));
    }

    // One value a seed: what an interval is taken over has to be independent.
    private static double[] ScaledErrors(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [.. rows.GroupBy(r => r.Cell.Seed).Select(g => g.Average(r => r.Row.AbsoluteError * Math.Sqrt(r.Cell.Points)))];

    private static Row Measure(Cell cell, RandomStream stream, CancellationToken cancellationToken)
    {
        int inside = 0;
        for (int i = 0; i < cell.Points; i++)
        {
            if (i % 100_000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            double x = stream.NextDouble();
            double y = stream.NextDouble();
            inside += x * x + y * y <= 1 ? 1 : 0;
        }

        double estimate = 4.0 * inside / cell.Points;
        return new Row(estimate, Math.Abs(estimate - Math.PI));
    }

    private static Estimate MeanError(IReadOnlyList<Measured<Cell, Row>> rows, int points) =>
        Intervals.OfSeeds(
            [.. rows.Where(r => r.Cell.Points == points).Select(r => r.Row.AbsoluteError)],
            RandomStream.Named("pi", "mean-error", $"{points}")
        );
}
