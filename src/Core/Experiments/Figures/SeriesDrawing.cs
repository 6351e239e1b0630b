using ResearchKit.Metrics;
using ScottPlot;

namespace ResearchKit.Experiments;

/// <summary>Draws the series of a figure by kind, and the paper's own values as hollow markers.</summary>
internal sealed class SeriesDrawing(
    Plot plot,
    Figure figure,
    FigureAxes axes,
    FigureTheme theme,
    FigurePalette palette,
    FigureLayout layout
)
{
    private const double BandOpacity = 0.2;

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle,
        MarkerShape.FilledSquare,
        MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown,
        MarkerShape.Eks,
        MarkerShape.Cross,
        MarkerShape.Asterisk,
    ];

    private static readonly MarkerShape[] Hollow =
    [
        MarkerShape.OpenDiamond,
        MarkerShape.OpenSquare,
        MarkerShape.OpenTriangleUp,
        MarkerShape.OpenCircle,
        MarkerShape.OpenTriangleDown,
    ];

    // More bands than these cover one another: intervals become error bars.
    private const int BandsAtMost = 4;

    private readonly float stroke = layout.Stroke;
    private readonly bool hasBands = figure.Series.Count(s => s.Kind == SeriesKind.Line) <= BandsAtMost;

    internal void Draw()
    {
        int grouped = 0;
        foreach (Series series in figure.Series)
        {
            Color colour = Color.FromHex(palette.ColourOf(series.System, theme));
            int look = palette.IndexOf(series.System);
            string name = series.NotInPaper ? $"{series.Name} (not in the paper)" : series.Name;
            switch (series.Kind)
            {
                case SeriesKind.Line:
                    Line(series, name, colour, look);
                    break;
                case SeriesKind.Scatter:
                    Scatter(series, name, colour, look);
                    break;
                case SeriesKind.Ecdf:
                    Ecdf(series, name, colour, look);
                    break;
                case SeriesKind.Bar:
                    Bars(series, name, colour, grouped++);
                    break;
                case SeriesKind.Box:
                    Boxes(series, name, colour, grouped++);
                    break;
                case SeriesKind.Heat:
                    new HeatDrawing(plot, figure, axes, theme, layout).Draw(series);
                    break;
                default:
                    throw new ArgumentException(
                        $"The series {series.Name} of {figure.Id} has the unknown kind {series.Kind}.",
                        nameof(series)
                    );
            }
        }

        ReferenceMarks();
    }

    private void Line(Series series, string name, Color colour, int look)
    {
        (double X, double Y, SeriesPoint Point)[] placed = Placed(series);
        double bottom = Bottom(placed);
        (double X, double Y, SeriesPoint Point)[][] runs = [.. Runs(series)];
        if (!hasBands)
        {
            ErrorBars(placed, colour, bottom);
        }

        foreach ((double X, double Y, SeriesPoint Point)[] run in hasBands ? runs : [])
        {
            (double X, SeriesPoint Point)[] band =
            [
                .. run.Where(p => p.Point is { Low: not null, High: not null }).Select(p => (p.X, p.Point)),
            ];
            if (band.Length > 1)
            {
                ScottPlot.Plottables.FillY fill = plot.Add.FillY(
                    [.. band.Select(p => p.X)],
                    [.. band.Select(p => axes.End(p.Point.Low!.Value, bottom))],
                    [.. band.Select(p => axes.End(p.Point.High!.Value, bottom))]
                );
                fill.FillColor = colour.WithAlpha(BandOpacity);
                fill.LineWidth = 0;
            }
        }

        bool named = false;
        foreach ((double X, double Y, SeriesPoint Point)[] run in runs)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(run.Select(p => new Coordinates(p.X, p.Y)).ToArray(), colour);
            Dash(line, look);
            line.MarkerShape = Markers[look % Markers.Length];
            line.MarkerSize = placed.Length <= 40 ? stroke * 3.6f : 0;
            line.MarkerLineWidth = stroke;
            line.LegendText = named ? "" : name;
            named = true;
        }
    }

    private void Dash(ScottPlot.Plottables.Scatter line, int look)
    {
        line.LineWidth = layout.DashByWidth ? LineDash.MarkedWidth(stroke, look) : stroke;
        line.LinePattern = layout.DashByWidth ? LinePattern.Solid : LineDash.Pattern(look);
    }

    private void Scatter(Series series, string name, Color colour, int look)
    {
        (double X, double Y, SeriesPoint Point)[] placed = Placed(series);
        ErrorBars([.. placed.Select(p => (p.X, p.Y, p.Point))], colour, Bottom(placed));
        ScottPlot.Plottables.Markers markers = plot.Add.Markers(
            placed.Select(p => new Coordinates(p.X, p.Y)).ToArray(),
            Markers[look % Markers.Length],
            stroke * (placed.Length <= 300 ? 4.2f : 2.2f),
            colour
        );
        markers.MarkerLineWidth = stroke;
        markers.LegendText = name;
    }

    private void Ecdf(Series series, string name, Color colour, int look)
    {
        double[] sorted = [.. series.Points.Select(p => axes.X(p.X)).OfType<double>().Order()];
        if (sorted.Length == 0)
        {
            return;
        }

        List<Coordinates> steps = [new(sorted[0], 0)];
        for (int i = 0; i < sorted.Length; i++)
        {
            steps.Add(new(sorted[i], (i + 1.0) / sorted.Length));
        }

        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(steps, colour);
        line.ConnectStyle = ConnectStyle.StepHorizontal;
        Dash(line, look);
        line.LegendText = name;
    }

    private void Bars(Series series, string name, Color colour, int index)
    {
        SeriesPoint[] points = [.. series.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))];
        ScottPlot.Plottables.BarPlot bars = plot.Add.Bars(
            points
                .Select(p => new Bar
                {
                    Position = axes.InGroup(p.X, index),
                    Value = p.Y,
                    FillColor = colour,
                    LineColor = Color.FromHex(theme.Ink),
                    LineWidth = 0.6f,
                    Size = 0.9,
                })
                .ToArray()
        );
        bars.LegendText = name;
        ErrorBars([.. points.Select(p => (axes.InGroup(p.X, index), p.Y, p))], Color.FromHex(theme.Ink), 0);
    }

    private void Boxes(Series series, string name, Color colour, int index)
    {
        List<Box> boxes = [];
        List<Coordinates> outliers = [];
        foreach (
            IGrouping<double, double> group in series
                .Points.Where(p => axes.Y(p.Y) is not null && double.IsFinite(p.X))
                .GroupBy(p => p.X, p => axes.Y(p.Y)!.Value)
        )
        {
            double[] sorted = [.. group.Order()];
            double q1 = Quantiles.OfSorted(sorted, 0.25);
            double q3 = Quantiles.OfSorted(sorted, 0.75);
            // Tukey's whiskers: the farthest values within 1.5 interquartile ranges of the box.
            double[] inside = [.. sorted.Where(y => y >= q1 - (1.5 * (q3 - q1)) && y <= q3 + (1.5 * (q3 - q1)))];
            double place = axes.InGroup(group.Key, index);
            outliers.AddRange(sorted.Except(inside).Select(y => new Coordinates(place, y)));
            boxes.Add(
                new Box
                {
                    Position = place,
                    BoxMin = q1,
                    BoxMiddle = Quantiles.OfSorted(sorted, 0.5),
                    BoxMax = q3,
                    WhiskerMin = Math.Min(inside[0], q1),
                    WhiskerMax = Math.Max(inside[^1], q3),
                    Width = 0.8,
                    FillColor = colour,
                    LineColor = Color.FromHex(theme.Ink),
                    LineWidth = stroke * 0.7f,
                }
            );
        }

        ScottPlot.Plottables.BoxPlot plotted = plot.Add.Boxes(boxes);
        plotted.LegendText = name;
        plotted.FillColor = colour;
        plotted.LineColor = Color.FromHex(theme.Ink);
        if (outliers.Count > 0)
        {
            _ = plot.Add.Markers(outliers, MarkerShape.OpenCircle, stroke * 2.5f, colour);
        }
    }

    private void ReferenceMarks()
    {
        int shape = 0;
        foreach (IGrouping<string, ReferenceMark> marks in figure.Marks.GroupBy(m => m.Label))
        {
            string? system = marks.First().System;
            Coordinates[] places =
            [
                .. marks
                    .Select(m => (X: axes.XOfMark(m), Y: axes.Y(m.Y)))
                    .Where(m => m is { X: not null, Y: not null })
                    .Select(m => new Coordinates(m.X!.Value, m.Y!.Value)),
            ];
            if (places.Length > 0)
            {
                ScottPlot.Plottables.Markers hollow = plot.Add.Markers(
                    places,
                    Hollow[shape++ % Hollow.Length],
                    stroke * 5.5f,
                    Color.FromHex(system is null ? theme.Ink : palette.ColourOf(system, theme))
                );
                hollow.MarkerLineWidth = stroke;
                hollow.LegendText = marks.Key;
            }
        }
    }

    private void ErrorBars(IReadOnlyList<(double X, double Y, SeriesPoint Point)> points, Color colour, double bottom)
    {
        (double X, double Y, SeriesPoint Point)[] with = [.. points.Where(p => p.Point is { Low: not null, High: not null })];
        if (with.Length == 0)
        {
            return;
        }

        _ = plot.Add.Plottable(
            new ScottPlot.Plottables.ErrorBar(
                [.. with.Select(p => p.X)],
                [.. with.Select(p => p.Y)],
                null,
                null,
                [.. with.Select(p => Math.Max(0, p.Y - axes.End(p.Point.Low!.Value, bottom)))],
                [.. with.Select(p => Math.Max(0, axes.End(p.Point.High!.Value, bottom) - p.Y))]
            )
            {
                Color = colour,
                LineWidth = stroke * 0.75f,
                CapSize = stroke * 2.2f,
            }
        );
    }

    private (double X, double Y, SeriesPoint Point)[] Placed(Series series) =>
        [
            .. series
                .Points.Select(p => (X: axes.X(p.X), Y: axes.Y(p.Y), Point: p))
                .Where(p => p is { X: not null, Y: not null })
                .Select(p => (p.X!.Value, p.Y!.Value, p.Point)),
        ];

    /// <summary>The stretches without a missing value, which line and band do not bridge.</summary>
    private IEnumerable<(double X, double Y, SeriesPoint Point)[]> Runs(Series series)
    {
        List<(double X, double Y, SeriesPoint Point)> run = [];
        foreach (SeriesPoint point in series.Points)
        {
            if (axes.IsPlaced(point))
            {
                run.Add((axes.X(point.X)!.Value, axes.Y(point.Y)!.Value, point));
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }

        if (run.Count > 0)
        {
            yield return [.. run];
        }
    }

    private static double Bottom((double X, double Y, SeriesPoint Point)[] placed) => placed.Length == 0 ? 0 : placed.Min(p => p.Y) - 1;
}
