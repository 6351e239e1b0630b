using ScottPlot;
using ScottPlot.TickGenerators;

namespace ResearchKit.Experiments;

/// <summary>
/// Where the values of a figure lie on its plot: decimal logarithms on a log axis, groups of bars side by side on the horizontal one. A value that has no place
/// (NaN, or not positive on a log axis) is left out; the latter are counted, and the figure says so.
/// </summary>
internal sealed class FigureAxes
{
    private readonly Figure figure;
    private readonly double[] groups;
    private readonly int bars;

    internal FigureAxes(Figure figure)
    {
        this.figure = figure;
        Series[] grouped = Grouped(figure);
        bars = grouped.Length;
        groups = [.. grouped.SelectMany(s => s.Points).Select(p => p.X).Where(double.IsFinite).Distinct().Order()];
    }

    /// <summary>How many points had no logarithm.</summary>
    internal int WithoutLogarithm { get; private set; }

    /// <summary>The places of the groups of bars or boxes.</summary>
    internal IReadOnlyList<double> Groups => groups;

    /// <summary>The names of the columns of a heat map, whose cells lie at 0, 1, 2, ...</summary>
    internal IReadOnlyList<string> HeatColumns { get; set; } = [];

    /// <summary>The names of the rows of a heat map, from below.</summary>
    internal IReadOnlyList<string> HeatRows { get; set; } = [];

    /// <summary>The centre of a value on the horizontal axis, or null.</summary>
    internal double? X(double value) => bars > 0 ? GroupCentre(value) : Place(value, figure.X);

    /// <summary>Whether a point has a place; does not count those without a logarithm.</summary>
    internal bool IsPlaced(SeriesPoint point) =>
        double.IsFinite(point.X)
        && double.IsFinite(point.Y)
        && (figure.X.Scale != AxisScale.Log || bars > 0 || point.X > 0)
        && (figure.Y.Scale != AxisScale.Log || point.Y > 0)
        && (bars == 0 || GroupCentre(point.X) is not null);

    /// <summary>The place of a mark: on the bar of the series that its label names, else as any other value.</summary>
    internal double? XOfMark(ReferenceMark mark)
    {
        Series? named = figure
            .Series.Where(s =>
                s.Kind is SeriesKind.Bar or SeriesKind.Box && mark.Label.Contains(s.Name, StringComparison.OrdinalIgnoreCase)
            )
            .MaxBy(s => s.Name.Length);
        return named is null || Array.IndexOf(groups, mark.X) < 0 ? X(mark.X) : InGroup(mark.X, Array.IndexOf(Grouped(figure), named));
    }

    /// <summary>The place of a value on the vertical axis, or null.</summary>
    internal double? Y(double value) => Place(value, figure.Y);

    /// <summary>The place of the end of an interval: on a log axis the end at or below zero lies at the bottom.</summary>
    internal double End(double value, double bottom) =>
        figure.Y.Scale == AxisScale.Log
            ? value > 0
                ? Math.Log10(value)
                : bottom
            : value;

    /// <summary>The place of one bar or box of a group: all of a group side by side, one place free between groups.</summary>
    internal double InGroup(double x, int series) => (Array.IndexOf(groups, x) * (bars + 1)) + series;

    internal void Apply(Plot plot, FigureLayout layout)
    {
        plot.Axes.Left.TickGenerator = Ticks(figure.Y);
        plot.Axes.Bottom.TickGenerator = Ticks(figure.X);
        if (HeatColumns.Count > 0)
        {
            Categories(plot, [.. HeatColumns.Select((_, i) => (double)i)], HeatColumns, layout);
            plot.Axes.Left.SetTicks([.. HeatRows.Select((_, i) => (double)i)], [.. HeatRows]);
            return;
        }

        if (bars > 0)
        {
            Categories(plot, [.. groups.Select(GroupCentre).OfType<double>()], [.. groups.Select(x => NameOf(x, figure.X))], layout);
        }
        else if (figure.X.Scale == AxisScale.Category)
        {
            Categories(plot, [.. figure.X.Categories.Select((_, i) => (double)i)], figure.X.Categories, layout);
        }

        if (figure.Y.Scale == AxisScale.Category)
        {
            plot.Axes.Left.SetTicks([.. figure.Y.Categories.Select((_, i) => (double)i)], [.. figure.Y.Categories]);
        }
    }

    internal void ApplyLimits(Plot plot)
    {
        bool zeroBased = figure.Series.Any(s => s.Kind == SeriesKind.Bar);
        bool heat = figure.Series.Any(s => s.Kind == SeriesKind.Heat);
        bool ecdf = figure.Series.Any(s => s.Kind == SeriesKind.Ecdf);
        plot.Axes.Margins(heat ? 0 : 0.04, heat ? 0 : 0.06);
        plot.Axes.AutoScale();
        AxisLimits fitted = plot.Axes.GetLimits();
        (double left, double right) = bars > 0 ? (-0.9, (groups.Length * (bars + 1)) - 1.1) : (fitted.Left, fitted.Right);
        (double bottom, double top) = ecdf ? (0, 1.02) : (fitted.Bottom, fitted.Top);
        if (zeroBased)
        {
            // Bars that all grow one way stand on the axis, without the margin that would lift them.
            (double low, double high) = Extent();
            bottom = low < 0 ? bottom : 0;
            top = high > 0 ? top : 0;
        }

        plot.Axes.SetLimits(
            bars > 0 ? left : Limit(figure.X.Minimum, figure.X, left),
            bars > 0 ? right : Limit(figure.X.Maximum, figure.X, right),
            Limit(figure.Y.Minimum, figure.Y, bottom),
            Limit(figure.Y.Maximum, figure.Y, top)
        );
        AxisLimits limits = plot.Axes.GetLimits();
        if (figure.Y.Scale == AxisScale.Log && !heat)
        {
            NarrowLogTicks(plot.Axes.Left, limits.Bottom, limits.Top);
        }

        if (figure.X.Scale == AxisScale.Log && bars == 0 && !heat)
        {
            NarrowLogTicks(plot.Axes.Bottom, limits.Left, limits.Right);
        }
    }

    /// <summary>Powers of ten alone would leave an axis of less than a decade and a half with one label or none: 1, 2, 5, 10 then.</summary>
    private static void NarrowLogTicks(IAxis axis, double low, double high)
    {
        if (high - low > 1.5)
        {
            return;
        }

        double[] values =
        [
            .. Enumerable
                .Range((int)Math.Floor(low), (int)Math.Ceiling(high - low) + 2)
                .SelectMany(power => new[] { 1, 2, 5 }.Select(m => m * Math.Pow(10, power)))
                .Where(v => Math.Log10(v) >= low && Math.Log10(v) <= high),
        ];
        axis.SetTicks([.. values.Select(Math.Log10)], [.. values.Select(FigureNumbers.Tick)]);
    }

    private static Series[] Grouped(Figure figure) => [.. figure.Series.Where(s => s.Kind is SeriesKind.Bar or SeriesKind.Box)];

    private (double Low, double High) Extent()
    {
        double[] values =
        [
            .. figure.Series.SelectMany(s => s.Points).SelectMany(p => new[] { p.Y, p.Low ?? p.Y, p.High ?? p.Y }).Where(double.IsFinite),
        ];
        return values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
    }

    private static double Limit(double? asked, Axis axis, double fitted) =>
        asked is { } value && (axis.Scale != AxisScale.Log || value > 0)
            ? (axis.Scale == AxisScale.Log ? Math.Log10(value) : value)
            : fitted;

    private double? GroupCentre(double x)
    {
        int group = Array.IndexOf(groups, x);
        // Values between groups (a line over bars) lie between their centres.
        double place = group >= 0 ? group : Interpolated(x);
        return double.IsNaN(place) ? null : (place * (bars + 1)) + ((bars - 1) / 2.0);
    }

    private double Interpolated(double x)
    {
        int above = Array.FindIndex(groups, g => g > x);
        return above <= 0 ? double.NaN : above - 1 + ((x - groups[above - 1]) / (groups[above] - groups[above - 1]));
    }

    /// <summary>The name of a value: that of its category, else the number.</summary>
    internal static string NameOf(double value, Axis axis) =>
        axis.Scale == AxisScale.Category && value >= 0 && value < axis.Categories.Count && value == Math.Floor(value)
            ? axis.Categories[(int)value]
            : FigureNumbers.Tick(value);

    private double? Place(double value, Axis axis)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        if (axis.Scale != AxisScale.Log)
        {
            return value;
        }

        WithoutLogarithm += value > 0 ? 0 : 1;
        return value > 0 ? Math.Log10(value) : null;
    }

    private static void Categories(Plot plot, double[] places, IReadOnlyList<string> names, FigureLayout layout)
    {
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        // About 0.6 em a letter. Names that would touch are broken into lines; if a word is too long for that, all are slanted.
        int letters = (int)(layout.Width * 0.8 / Math.Max(1, names.Count) / (layout.FontSize * 0.6));
        string[] wrapped = [.. names.Select(n => Wrapped(n, letters))];
        bool slanted = wrapped.Any(w => w.Split('\n').Any(line => line.Length > letters));
        plot.Axes.Bottom.SetTicks(places, slanted ? [.. names] : wrapped);
        if (slanted)
        {
            float longest = names.Max(n => n.Length) * layout.FontSize * 0.6f;
            plot.Axes.Bottom.TickLabelStyle.Rotation = -35;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
            plot.Axes.Bottom.MinimumSize = (longest * 0.58f) + (layout.FontSize * 3);
            // The first name leans out to the left.
            plot.Axes.Left.MinimumSize = Math.Max(layout.FontSize * 5, (names[0].Length * layout.FontSize * 0.5f) - layout.FontSize);
        }
    }

    private static string Wrapped(string name, int letters)
    {
        string lines = "";
        int length = 0;
        foreach (string word in name.Split(' '))
        {
            bool breaks = length > 0 && length + 1 + word.Length > letters;
            lines +=
                length == 0 ? word
                : breaks ? "\n" + word
                : " " + word;
            length = breaks || length == 0 ? word.Length : length + 1 + word.Length;
        }

        return lines;
    }

    private static NumericAutomatic Ticks(Axis axis) =>
        axis.Scale == AxisScale.Log
            ? new NumericAutomatic
            {
                IntegerTicksOnly = true,
                MinorTickGenerator = new LogMinorTickGenerator(),
                LabelFormatter = exponent => FigureNumbers.LogTick((int)Math.Round(exponent)),
            }
            : new NumericAutomatic { LabelFormatter = FigureNumbers.Tick };
}
