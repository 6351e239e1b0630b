namespace ResearchKit.Experiments;

/// <summary>The size of a figure in units of 1/96 in, its font size, and what is drawn around the data.</summary>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
/// <param name="FontSize">The size of tick labels and legend; axis labels are a tenth larger, the title a fifth.</param>
/// <param name="HasTitle">Whether the title is drawn; a paper's caption carries it instead.</param>
/// <param name="LegendBelow">Whether a long legend goes below the data, where a column leaves no room at the right.</param>
internal sealed record FigureLayout(int Width, int Height, float FontSize, bool HasTitle, bool LegendBelow)
{
    /// <summary>Whether dashes are carried in the widths of strokes (see <see cref="LineDash"/>).</summary>
    internal bool DashByWidth { get; init; }

    /// <summary>The width of the lines of series.</summary>
    internal float Stroke => FontSize / 6.5f;

    /// <summary>For a screen: 640 x 400, or 960 x 400.</summary>
    internal static FigureLayout Screen(Figure figure, bool paperStyle) =>
        new(figure.Width == FigureWidth.Wide ? 960 : 640, 400, 12.5f, !paperStyle, false);

    /// <summary>For a page: 3.33 in or 7 in wide, without a title, 7.5 pt.</summary>
    internal static FigureLayout Print(Figure figure, FigureWidth width) =>
        width == FigureWidth.Wide
            ? new(672, 290, 10, false, false)
            : new(320, figure.Series.Count + figure.Marks.Count > 3 ? 260 : 225, 10, false, true);
}
