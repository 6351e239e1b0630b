using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>The figures of <see cref="LabelSkew"/>: accuracy, and the bytes of a client.</summary>
internal static class SkewFigures
{
    public static IEnumerable<Figure> Draw(IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows)
    {
        foreach (var data in rows.GroupBy(row => row.Cell.Data))
        {
            string[] methods = [.. data.Select(row => row.Row.Method).Distinct()];
            yield return new Figure
            {
                Id = $"accuracy-{data.Key}",
                Title = "Accuracy under label skew",
                Caption =
                    "Last round, with the interval over seeds; local-best-oracle is the best client on the test rows, which nobody can choose.",
                X = new Axis("Method") { Categories = methods },
                Y = new Axis("Accuracy") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    .. data.GroupBy(row => row.Cell.Alpha)
                        .OrderBy(alpha => alpha.Key)
                        .Select(alpha => Bars(data.Key, alpha.Key, methods, [.. alpha])),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(SkewedClients.Origin(data.Key)),
            };
            yield return new Figure
            {
                Id = $"traffic-{data.Key}",
                Title = "Bytes of a client, up and down",
                Caption =
                    "By formula: S + M S8 + 2 R A for FENS, 2 S rounds for federated learning. With models this small the aggregator is larger than the model: FENS sends more, not less.",
                X = new Axis("Method") { Categories = methods },
                Y = new Axis("Traffic", "bytes") { Scale = AxisScale.Log, Minimum = 1 },
                Series =
                [
                    new Series(
                        "up and down",
                        SeriesKind.Scatter,
                        [
                            .. methods
                                .Index()
                                .Select(m => new SeriesPoint(
                                    m.Index,
                                    Math.Max(
                                        1,
                                        data.Where(row => row.Row.Method == m.Item)
                                            .Average(row => (double)row.Row.UpBytes + row.Row.DownBytes)
                                    )
                                )),
                        ]
                    ),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(SkewedClients.Origin(data.Key)),
            };
        }
    }

    private static Series Bars(string data, double alpha, string[] methods, Measured<LabelSkew.Cell, MethodRow>[] rows) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"alpha {alpha}"),
            SeriesKind.Bar,
            [
                .. methods
                    .Index()
                    .Select(m =>
                    {
                        double[] values =
                        [
                            .. rows.Where(row => row.Row.Method == m.Item).OrderBy(row => row.Cell.Seed).Select(row => row.Row.Accuracy),
                        ];
                        Estimate e = Intervals.OfSeeds(
                            values,
                            RandomStream.Named("fens/label-skew", data, alpha.ToString(CultureInfo.InvariantCulture), m.Item, "figure")
                        );
                        return new SeriesPoint(m.Index, e.Value, e.Low, e.High);
                    }),
            ]
        );
}
