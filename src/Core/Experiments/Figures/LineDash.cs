using ScottPlot;

namespace ResearchKit.Experiments;

/// <summary>
/// The dashes that tell series apart in grey. Skia's SVG canvas has no dashes, so there the index is carried in the thousandths of the stroke's width, and
/// <see cref="SvgText"/> turns it into the dash array that SVG itself has.
/// </summary>
internal static class LineDash
{
    private const float Mark = 0.001f;
    private static readonly float[][] Intervals =
    [
        [],
        [9, 5],
        [2, 3],
        [9, 3, 2, 3],
        [5, 3],
        [9, 3, 2, 3, 2, 3],
    ];

    internal static LinePattern Pattern(int look) => Index(look) is > 0 and var i ? new(Intervals[i], 0, $"dash {i}") : LinePattern.Solid;

    internal static float MarkedWidth(float width, int look) => width + (Mark * Index(look));

    /// <summary>The dash array of a marked width, or null if the width carries no mark.</summary>
    internal static string? ArrayOf(double markedWidth, double width)
    {
        double marks = (markedWidth - width) / Mark;
        int index = (int)Math.Round(marks);
        return index > 0 && index < Intervals.Length && Math.Abs(marks - index) < 0.1 ? string.Join(' ', Intervals[index]) : null;
    }

    private static int Index(int look) => look % Intervals.Length;
}
