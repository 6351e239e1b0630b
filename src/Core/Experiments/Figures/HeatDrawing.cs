using ScottPlot;

namespace ResearchKit.Experiments;

/// <summary>Draws a heat map: cells at 0, 1, 2, ... named by their values, a colour bar, and the values in the cells while there are few.</summary>
internal sealed class HeatDrawing(Plot plot, Figure figure, FigureAxes axes, FigureTheme theme, FigureLayout layout)
{
    private const int CellsWithText = 150;

    internal void Draw(Series series)
    {
        double[] xs = [.. series.Points.Select(p => p.X).Distinct().Order()];
        double[] ys = [.. series.Points.Select(p => p.Y).Distinct().Order()];
        double[,] values = new double[ys.Length, xs.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i / xs.Length, i % xs.Length] = double.NaN;
        }

        foreach (SeriesPoint point in series.Points)
        {
            values[ys.Length - 1 - Array.IndexOf(ys, point.Y), Array.IndexOf(xs, point.X)] =
                point.Value
                ?? throw new ArgumentException(
                    $"The heat map {figure.Id} has a point without a Value at ({point.X}, {point.Y}).",
                    nameof(series)
                );
        }

        ScottPlot.Plottables.Heatmap heat = plot.Add.Heatmap(values);
        heat.Colormap = new ScottPlot.Colormaps.Viridis();
        heat.Smooth = false;
        heat.NaNCellColor = Colors.Transparent;
        HeatTicks(xs, ys);
        double low = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).Min();
        double high = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(1).Max();
        if (low == high)
        {
            heat.ManualRange = new ScottPlot.Range(low - 0.5, high + 0.5);
        }

        ScottPlot.Panels.ColorBar bar = plot.Add.ColorBar(heat);
        bar.Label = series.Name;
        bar.LabelStyle.FontName = FigureFont.Family;
        bar.LabelStyle.FontSize = layout.FontSize;
        bar.LabelStyle.Bold = false;
        bar.Width = layout.FontSize * 1.3f;
        bar.Axis.MinorTickStyle.Length = 0;
        bar.LabelStyle.ForeColor = Color.FromHex(theme.Ink);
        bar.Axis.TickLabelStyle.FontName = FigureFont.Family;
        bar.Axis.TickLabelStyle.FontSize = layout.FontSize;
        bar.Axis.TickLabelStyle.ForeColor = Color.FromHex(theme.Ink);
        bar.Axis.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = FigureNumbers.Tick };
        if (values.Length <= CellsWithText)
        {
            HeatTexts(values, low, high);
        }
    }

    private void HeatTicks(double[] xs, double[] ys)
    {
        axes.HeatColumns = [.. xs.Select(x => FigureAxes.NameOf(x, figure.X))];
        axes.HeatRows = [.. ys.Select(y => FigureAxes.NameOf(y, figure.Y))];
    }

    private void HeatTexts(double[,] values, double low, double high)
    {
        int rows = values.GetLength(0);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < values.GetLength(1); column++)
            {
                if (double.IsNaN(values[row, column]))
                {
                    continue;
                }

                ScottPlot.Plottables.Text text = plot.Add.Text(FigureNumbers.Value(values[row, column]), column, rows - 1 - row);
                text.LabelFontName = FigureFont.Family;
                text.LabelFontSize = layout.FontSize * 0.9f;
                text.LabelAlignment = Alignment.MiddleCenter;
                // Viridis is dark below and light above.
                text.LabelFontColor = high > low && (values[row, column] - low) / (high - low) < 0.6 ? Colors.White : Colors.Black;
            }
        }
    }
}
