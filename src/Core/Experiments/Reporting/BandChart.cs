using System.Globalization;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>A claim in 170 x 34 units: the accepted band as a bar, the paper's values as hollow diamonds, ours as a dot with whiskers. Its words are beside it in the table.</summary>
internal static class BandChart
{
    private const double Width = 170;
    private const double Margin = 8;

    internal static string Of(Claim claim)
    {
        double[] values =
        [
            .. new[]
            {
                claim.Band.AtLeast,
                claim.Band.AtMost,
                claim.PaperValue?.Low,
                claim.PaperValue?.High,
                claim.Estimate?.Value,
                claim.Estimate?.Low,
                claim.Estimate?.High,
            }
                .OfType<double>()
                .Where(double.IsFinite),
        ];
        if (values.Length == 0)
        {
            return "";
        }

        double low = values.Min();
        double span = values.Max() - low;
        (low, span) = span > 0 ? (low - (0.12 * span), 1.24 * span) : (low - 1, 2);
        StringBuilder svg = new();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"band\" role=\"img\" width=\"{Width}\" height=\"34\" viewBox=\"0 0 {Width} 34\"><title>"
        );
        svg.Append(new HtmlOutput().Text(Words(claim)).ToString()).Append("</title>");
        (double left, double right) = (claim.Band.AtLeast is { } l ? X(l) : 0, claim.Band.AtMost is { } r ? X(r) : Width);
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"0\" y1=\"17\" x2=\"{Width}\" y2=\"17\"/>");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect class=\"accepted\" x=\"{Math.Max(0, left):0.##}\" y=\"7\" width=\"{Math.Max(2, right - left):0.##}\" height=\"20\"/>"
        );
        if (claim.PaperValue is { } paper)
        {
            if (paper.Low < paper.High)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<line class=\"paper\" x1=\"{X(paper.Low) + 5:0.##}\" y1=\"11\" x2=\"{X(paper.High) - 5:0.##}\" y2=\"11\"/>"
                );
            }

            foreach (double value in new[] { paper.Low, paper.High }.Distinct().Where(double.IsFinite))
            {
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"paper\" d=\"M{X(value):0.##} 6l5 5l-5 5l-5-5z\"/>");
            }
        }

        if (claim.Estimate is { } e && double.IsFinite(e.Value))
        {
            if (e.Level > 0)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<path class=\"here\" d=\"M{X(e.Low):0.##} 18v10M{X(e.Low):0.##} 23H{X(e.High):0.##}M{X(e.High):0.##} 18v10\"/>"
                );
            }

            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"here\" cx=\"{X(e.Value):0.##}\" cy=\"23\" r=\"4\"/>");
        }

        return svg.Append("</svg>").ToString();

        double X(double value) => Margin + ((value - low) / span * (Width - (2 * Margin)));
    }

    private static string Words(Claim claim)
    {
        string paper = claim.PaperValue is null ? "" : $"paper {ClaimText.Published(claim)}; ";
        string here = claim.Estimate is null ? "not measured" : $"here {ClaimText.Measured(claim)}";
        return $"accepted {ClaimText.Accepted(claim)}; {paper}{here}";
    }
}
