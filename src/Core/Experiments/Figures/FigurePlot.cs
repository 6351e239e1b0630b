using ScottPlot;

namespace ResearchKit.Experiments;

/// <summary>Makes a plot of a figure in the house style: light grid on the value axis, no top and right axes, units in brackets, a legend that never covers data.</summary>
internal static class FigurePlot
{
    private const int InARowAtMost = 3;

    internal static (Plot Plot, LegendPlace Legend, string Note) Make(
        Figure figure,
        FigureTheme theme,
        FigurePalette palette,
        FigureLayout layout
    )
    {
        Require(figure);
        Plot plot = new();
        FigureAxes axes = new(figure);
        bool empty = figure.Series.All(s => s.Points.Count == 0);
        if (!empty)
        {
            new SeriesDrawing(plot, figure, axes, theme, palette, layout).Draw();
            axes.Apply(plot, layout);
            axes.ApplyLimits(plot);
        }

        // The title and the legend are on the canvas already.
        plot.RenderManager.Remove<ScottPlot.Rendering.RenderActions.ClearCanvas>();
        Style(plot, figure, theme, layout);
        LegendPlace legend = LegendPlace.None;
        if (empty)
        {
            Empty(plot, theme, layout);
        }
        else
        {
            legend = Legend(plot, figure, theme, layout);
        }

        string missing = axes.WithoutLogarithm switch
        {
            0 => "",
            1 => "1 value at or below 0 is not shown",
            int n => $"{n} values at or below 0 are not shown",
        };
        return (plot, legend, missing);
    }

    private static void Require(Figure figure)
    {
        if (figure.Y.Scale == AxisScale.Log && figure.Series.Any(s => s.Kind == SeriesKind.Bar))
        {
            throw new ArgumentException(
                $"The figure {figure.Id} has bars on a logarithmic axis; bars start at zero, which it does not show. Draw points (SeriesKind.Scatter).",
                nameof(figure)
            );
        }

        if (figure.X.Scale == AxisScale.Category && figure.X.Categories.Count == 0 && figure.Series.Any(s => s.Points.Count > 0))
        {
            throw new ArgumentException($"The figure {figure.Id} has a category axis without categories.", nameof(figure));
        }
    }

    private static void Style(Plot plot, Figure figure, FigureTheme theme, FigureLayout layout)
    {
        Color ink = Color.FromHex(theme.Ink);
        Color background = theme.Background is { } colour ? Color.FromHex(colour) : Colors.Transparent;
        plot.FigureBackground.Color = background;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(ink);
        plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.IsVisible = false;
        plot.Grid.MajorLineColor = Color.FromHex(theme.Grid);
        plot.Grid.XAxisStyle.IsVisible = figure.Series.Any(s => s.Kind is SeriesKind.Ecdf);
        if (figure.Series.Any(s => s.Kind == SeriesKind.Heat))
        {
            plot.HideGrid();
        }

        foreach (IAxis axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
        {
            axis.TickLabelStyle.FontName = FigureFont.Family;
            axis.TickLabelStyle.FontSize = layout.FontSize;
            axis.Label.FontName = FigureFont.Family;
            axis.Label.FontSize = layout.FontSize * 1.1f;
            axis.Label.Bold = false;
            axis.FrameLineStyle.Width = 1;
            // DejaVu's numerals sit above the middle of their line.
            axis.TickLabelStyle.OffsetY = axis == plot.Axes.Left ? layout.FontSize * 0.1f : 0;
        }

        plot.Axes.Left.MinorTickStyle.Length = figure.Y.Scale == AxisScale.Log ? 2 : 0;
        plot.Axes.Bottom.MinorTickStyle.Length = figure.X.Scale == AxisScale.Log ? 2 : 0;
        plot.Axes.Bottom.Label.Text = Text(figure.X);
        plot.Axes.Left.Label.Text = Text(figure.Y);
        plot.Axes.Title.IsVisible = false;
    }

    private static LegendPlace Legend(Plot plot, Figure figure, FigureTheme theme, FigureLayout layout)
    {
        int items = plot.Legend.GetItems().Length;
        if (items == 0 || (items == 1 && figure.Marks.Count == 0))
        {
            plot.HideLegend();
            return LegendPlace.None;
        }

        LegendPlace place =
            items <= InARowAtMost ? LegendPlace.Above
            : layout.LegendBelow ? LegendPlace.Below
            : LegendPlace.Right;
        plot.Legend.FontName = FigureFont.Family;
        plot.Legend.FontSize = layout.FontSize;
        plot.Legend.FontColor = Color.FromHex(theme.Ink);
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = layout.FontSize * 2.4f;
        plot.Legend.Orientation = place == LegendPlace.Right ? Orientation.Vertical : Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.Padding = new(place == LegendPlace.Right ? 6 : 2);
        plot.Legend.Margin = new(2);
        if (place == LegendPlace.Right)
        {
            ScottPlot.Panels.LegendPanel panel = plot.ShowLegend(Edge.Right);
            panel.Padding = new(2);
            panel.Alignment = Alignment.UpperLeft;
        }

        return place;
    }

    private static void Empty(Plot plot, FigureTheme theme, FigureLayout layout)
    {
        ScottPlot.Plottables.Text text = plot.Add.Text("no rows", 0.5, 0.5);
        text.LabelFontName = FigureFont.Family;
        text.LabelFontSize = layout.FontSize * 1.6f;
        text.LabelFontColor = Color.FromHex(theme.MutedInk);
        text.LabelAlignment = Alignment.MiddleCenter;
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.HideGrid();
        plot.Axes.Bottom.SetTicks([], []);
        plot.Axes.Left.SetTicks([], []);
    }

    private static string Text(Axis axis) => axis.Unit is { Length: > 0 } unit ? $"{axis.Label} [{unit}]" : axis.Label;
}
