using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace ResearchKit.Experiments;

/// <summary>Makes a page-worthy SVG of Skia's: a font stack instead of one family, a role, title and description, and a size that scales.</summary>
internal static partial class SvgText
{
    private const string FontStack = "'DejaVu Sans','Verdana',sans-serif";

    internal static string Finish(string svg, Figure figure, FigureLayout layout)
    {
        int tag = svg.IndexOf("<svg", StringComparison.Ordinal);
        int end = svg.IndexOf('>', tag);
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" width=\"{layout.Width}\" height=\"{layout.Height}\" viewBox=\"0 0 {layout.Width} {layout.Height}\">"
        );
        string body = FontFamily().Replace(svg[(end + 1)..], $"font-family=\"{FontStack}\"");
        return $"{head}\n<title>{Encoded(figure.Title)}</title>\n<desc>{Encoded(Description(figure))}</desc>{body.TrimEnd()}\n";
    }

    /// <summary>What a figure shows, in words: axes, series, and the caption.</summary>
    internal static string Description(Figure figure)
    {
        string series = figure.Series.Count == 0 ? "no rows" : string.Join(", ", figure.Series.Select(s => s.Name));
        return $"{figure.Y.Label}{In(figure.Y)} over {figure.X.Label}{In(figure.X)}: {series}. {figure.Caption}".TrimEnd();
    }

    private static string In(Axis axis) => axis.Unit is { Length: > 0 } unit ? $" in {unit}" : "";

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();
}
