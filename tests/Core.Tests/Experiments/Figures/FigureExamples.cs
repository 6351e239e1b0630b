using ResearchKit.Experiments;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Experiments;

/// <summary>One figure of each kind, with the awkward things of real ones: missing values, long names, logarithms, intervals, more series than fit inside.</summary>
internal static class FigureExamples
{
    public static Figure Line { get; } =
        new()
        {
            Id = "throughput-vs-skew",
            Title = "Throughput under growing router skew",
            Source = "Fig. 6",
            Caption = "The gap opens beyond 50 % skew.",
            X = new("Router skew", "%"),
            Y = new("Throughput", "tokens/s"),
            Series =
            [
                Curve("HarMoEny", 0, x => 41_000 - (60 * x)),
                Curve("Round robin", 1, x => 40_000 - (250 * x)),
                Curve("DeepSpeed", 2, x => x == 40 ? double.NaN : 38_000 - (300 * x)),
                Curve("FasterMoE", 3, x => 36_000 - (330 * x)),
                Curve("Mine", 4, x => 39_000 - (150 * x)) with
                {
                    NotInPaper = true,
                },
            ],
            Marks = [new(90, 35_000, "paper, HarMoEny")],
            Provenance = new(DataOrigin.Generated, HardwareOrigin.Simulated),
        };

    public static Figure LogLog { get; } =
        new()
        {
            Id = "edits-vs-nodes",
            Title = "Edits grow with the square root of the nodes",
            X = new("Nodes") { Scale = AxisScale.Log },
            Y = new("Edits") { Scale = AxisScale.Log },
            Series =
            [
                new(
                    "Spectral",
                    SeriesKind.Line,
                    [
                        .. new[] { 100.0, 1000, 10_000, 100_000 }.Select(n => new SeriesPoint(
                            n,
                            3 * Math.Sqrt(n),
                            2 * Math.Sqrt(n),
                            4 * Math.Sqrt(n)
                        )),
                    ]
                ),
                new("Random", SeriesKind.Scatter, [new(100, 0), new(1000, 300, 200, 420), new(10_000, 1000), new(100_000, 3000)]),
            ],
        };

    public static Figure Bars { get; } =
        new()
        {
            Id = "latency-by-trace",
            Title = "Time to first token by trace",
            Width = FigureWidth.Wide,
            X = new("Trace") { Scale = AxisScale.Category, Categories = ["Constant", "Diurnal", "Flash crowd", "Production week"] },
            Y = new("Time to first token", "ms"),
            Series =
            [
                Columns("HarMoEny", 0, 120, 140, 210, 160),
                Columns("Round robin", 1, 180, 220, 460, 300),
                Columns("DeepSpeed", 2, 260, 240, 900, 410),
            ],
            Marks = [new(2, 200, "paper, HarMoEny")],
        };

    public static Figure ManyNames { get; } =
        new()
        {
            Id = "accuracy-by-dataset",
            Title = "Accuracy by data set",
            X = new("Data set")
            {
                Scale = AxisScale.Category,
                Categories =
                [
                    "CIFAR-10 (alpha 0.1)",
                    "CIFAR-100 (alpha 0.1)",
                    "SVHN, 20 clients",
                    "FLamby Heart disease",
                    "FLamby Camelyon 16",
                    "AG News topics",
                ],
            },
            Y = new("Accuracy", "%"),
            Series = [Columns("FENS", 0, 70, 40, 88, 75, 79, 89)],
        };

    public static Figure Ecdf { get; } =
        new()
        {
            Id = "lookup-latency",
            Title = "Lookup latency",
            X = new("Latency", "us") { Scale = AxisScale.Log },
            Y = new("Share of lookups"),
            Series =
            [
                new("Cache", SeriesKind.Ecdf, Sample("cache", 400, z => Math.Exp(3 + (0.8 * z)))),
                new("Index", SeriesKind.Ecdf, Sample("index", 400, z => Math.Exp(5 + (0.4 * z)))),
            ],
        };

    public static Figure Heat { get; } =
        new()
        {
            Id = "hit-rate",
            Title = "Hit rate by threshold and capacity",
            X = new("Capacity", "entries"),
            Y = new("Threshold"),
            Series =
            [
                new(
                    "Hit rate [%]",
                    SeriesKind.Heat,
                    [
                        .. from c in new[] { 10.0, 50, 100, 200, 300 }
                        from t in new[] { 0.5, 1, 2, 5, 10 }
                        where (c, t) != (300, 10)
                        select new SeriesPoint(c, t, Value: Math.Round(100 * (1 - Math.Exp(-t * c / 500)), 1)),
                    ]
                ),
            ],
        };

    public static Figure Box { get; } =
        new()
        {
            Id = "accuracy-spread",
            Title = "Accuracy over nodes",
            X = new("Topology") { Scale = AxisScale.Category, Categories = ["Ring", "Torus", "Complete"] },
            Y = new("Accuracy", "%"),
            Series = [Spread("Plexus", 0), Spread("D-PSGD", 4)],
            Provenance = new(DataOrigin.Real),
        };

    public static Figure Scatter { get; } =
        new()
        {
            Id = "time-vs-traffic",
            Title = "Time to accuracy against traffic",
            X = new("Traffic", "GiB"),
            Y = new("Time to accuracy", "h"),
            Series =
            [
                .. Enumerable
                    .Range(0, 9)
                    .Select(i => new Series(
                        $"System {(char)('A' + i)}",
                        SeriesKind.Scatter,
                        [new(i + 1, 10 - i, 9.2 - i, 10.9 - i), new(i + 1.5, 9 - i), new(i + 2, 8.5 - i)]
                    )),
            ],
        };

    public static Figure Empty { get; } = Line with { Id = "empty", Series = [], Marks = [] };

    public static IReadOnlyList<Figure> All { get; } = [Line, LogLog, Bars, ManyNames, Ecdf, Heat, Box, Scatter, Empty];

    private static Series Curve(string name, int index, Func<double, double> y) =>
        new(
            name,
            SeriesKind.Line,
            [
                .. Enumerable
                    .Range(0, 10)
                    .Select(i => (X: i * 10.0, Y: y(i * 10)))
                    .Select(p => new SeriesPoint(p.X, p.Y, p.Y - 800 - (100 * index), p.Y + 900)),
            ]
        );

    private static Series Columns(string name, int index, params double[] values) =>
        new(name, SeriesKind.Bar, [.. values.Select((v, i) => new SeriesPoint(i, v, v * (0.93 - (0.01 * index)), v * 1.08))]);

    private static IReadOnlyList<SeriesPoint> Sample(string name, int n, Func<double, double> of)
    {
        RandomStream stream = RandomStream.Named("test/figures", name);
        return [.. Enumerable.Range(0, n).Select(_ => new SeriesPoint(of(stream.NextGaussian()), 0))];
    }

    private static Series Spread(string name, double below)
    {
        RandomStream stream = RandomStream.Named("test/figures", name);
        return new(
            name,
            SeriesKind.Box,
            [.. Enumerable.Range(0, 120).Select(i => new SeriesPoint(i % 3, 70 + (5 * (i % 3)) - below + (3 * stream.NextGaussian())))]
        );
    }
}
