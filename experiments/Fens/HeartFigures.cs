using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>The figures of <see cref="HeartDisease"/>.</summary>
internal static class HeartFigures
{
    public static IEnumerable<Figure> Draw(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows)
    {
        foreach (var group in rows.GroupBy(row => row.Cell.Data))
        {
            string[] methods = [.. group.Select(row => row.Row.Method).Distinct()];
            yield return new Figure
            {
                Id = $"accuracy-{group.Key}",
                Title = "Accuracy on the pooled test rows",
                Caption =
                    "Bars: last round, with the interval over seeds. Marks: the best round on the test rows (oracle), which no method may choose. All configurations run are shown.",
                X = new Axis("Method") { Categories = methods },
                Y = new Axis("Accuracy") { Minimum = 0.4, Maximum = 0.9 },
                Series =
                [
                    new Series(
                        "last round",
                        SeriesKind.Bar,
                        [
                            .. methods.Select(
                                (method, i) =>
                                {
                                    double[] values =
                                    [
                                        .. group
                                            .Where(row => row.Row.Method == method)
                                            .OrderBy(row => row.Cell.Seed)
                                            .Select(row => row.Row.Accuracy),
                                    ];
                                    Estimate e = Intervals.OfSeeds(
                                        values,
                                        RandomStream.Named("fens/heart-disease", group.Key, method, "figure")
                                    );
                                    return new SeriesPoint(i, e.Value, e.Low, e.High);
                                }
                            ),
                        ]
                    ),
                ],
                Marks =
                [
                    .. methods.Select(
                        (method, i) =>
                            new ReferenceMark(i, group.Where(row => row.Row.Method == method).Average(row => row.Row.Oracle), "oracle")
                    ),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(group.Key == HeartClients.Real ? DataOrigin.Real : DataOrigin.Generated),
            };
        }
    }
}
