using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace ResearchKit.Experiments;

/// <summary>
/// Makes a page-worthy SVG of Skia's: a font stack instead of one family, a role, title and description, a size that scales, dashes,
/// names of clip paths that are the same each time and unique on a page, and no more digits than a screen has.
/// </summary>
internal static partial class SvgText
{
    private const string FontStack = "'DejaVu Sans','Verdana',sans-serif";

    internal static string Finish(string svg, Figure figure, FigureLayout layout, string idPrefix)
    {
        int tag = svg.IndexOf("<svg", StringComparison.Ordinal);
        string body = svg[(svg.IndexOf('>', tag) + 1)..];
        // ScottPlot clears its canvas, which as SVG is a black sheet below the background.
        body = Sheet().Replace(body, "");
        body = NoLength().Replace(body, "");
        body = body.Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
        // Written once, on the whole: the family, and a limit that is the default anyway.
        body = FontFamily().Replace(body, "");
        body = Stroke().Replace(body, m => Dashed(m, layout));
        body = SharedClips(body, idPrefix);
        body = PerGlyph().Replace(body, "$1\"$2\"");
        body = Tag()
            .Replace(
                body,
                m => Digits().Replace(m.Value, d => Rounded(d.Value, m.Value.Contains("matrix(", StringComparison.Ordinal) ? 3 : 1))
            );
        body = BetweenTags().Replace(body, "$1\n$2");
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" width=\"{layout.Width}\" height=\"{layout.Height}\" viewBox=\"0 0 {layout.Width} {layout.Height}\" font-family=\"{FontStack}\">"
        );
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

    private static string Dashed(Match stroke, FigureLayout layout)
    {
        double width = double.Parse(stroke.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return LineDash.ArrayOf(width, layout.Stroke) is { } dashes ? $"{stroke.Value} stroke-dasharray=\"{dashes}\"" : stroke.Value;
    }

    /// <summary>Skia numbers clip paths over the whole process and makes one a series: equal ones become one, numbered within the figure.</summary>
    private static string SharedClips(string body, string idPrefix)
    {
        Dictionary<string, string> byShape = new(StringComparer.Ordinal);
        Dictionary<string, string> byName = new(StringComparer.Ordinal);
        body = Clip()
            .Replace(
                body,
                clip =>
                {
                    bool known = byShape.TryGetValue(clip.Groups[2].Value, out string? id);
                    id ??= $"{idPrefix}{byShape.Count.ToString(CultureInfo.InvariantCulture)}";
                    byShape[clip.Groups[2].Value] = id;
                    byName[clip.Groups[1].Value] = id;
                    return known ? "" : $"<clipPath id=\"{id}\">{clip.Groups[2].Value}</clipPath>";
                }
            );
        body = ClipUse().Replace(body, use => $"url(#{byName.GetValueOrDefault(use.Groups[1].Value, use.Groups[1].Value)})");
        // Skia's own names begin anew in each picture, so two on one page would clash.
        return Image().Replace(body, image => $"{image.Groups[1].Value}{idPrefix}{image.Groups[2].Value}");
    }

    private static string Rounded(string number, int digits) =>
        Math.Round(double.Parse(number, CultureInfo.InvariantCulture), digits).ToString("0.###", CultureInfo.InvariantCulture);

    [GeneratedRegex("<rect width=\"[0-9.]+\" height=\"[0-9.]+\"/>|<rect fill=\"black\" fill-opacity=\"0\"[^>]*/>")]
    private static partial Regex Sheet();

    [GeneratedRegex(" font-family=\"[^\"]*\"| stroke-miterlimit=\"4\"")]
    private static partial Regex FontFamily();

    [GeneratedRegex("stroke-width=\"([0-9.]+)\"")]
    private static partial Regex Stroke();

    [GeneratedRegex("<clipPath id=\"([^\"]+)\">\\s*(.*?)\\s*</clipPath>", RegexOptions.Singleline)]
    private static partial Regex Clip();

    // Ticks that are not shown are drawn with no length.
    [GeneratedRegex("<path[^>]* d=\"M([0-9. -]+)L\\1\"/>")]
    private static partial Regex NoLength();

    [GeneratedRegex("url\\(#([^)]+)\\)")]
    private static partial Regex ClipUse();

    [GeneratedRegex("(id=\"|href=\"#|url\\(#)(img_[0-9]+)")]
    private static partial Regex Image();

    // One place a glyph would tear words apart in another font; the first place is enough.
    [GeneratedRegex("( [xy]=)\"([^\", ]+),[^\"]*\"")]
    private static partial Regex PerGlyph();

    [GeneratedRegex("<[a-zA-Z][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?<![0-9.]|width=\")-?[0-9]+\\.[0-9]{2,}")]
    private static partial Regex Digits();

    [GeneratedRegex("(>)\\s*\\n\\s*(<?)")]
    private static partial Regex BetweenTags();
}
