using System.Globalization;
using System.Text;
using ResearchKit.Metrics;

namespace ResearchKit.Experiments;

/// <summary>A figure on the page: light and dark, downloads, the values as a table. Drawn once, written later.</summary>
internal sealed class ReportFigure(Figure figure, ScottPlotRenderer renderer, string anchor, string idPrefix)
{
    private const int ShownValues = 100;

    // Every page carries its pictures: the files beside the run are finer.
    private const float PngScale = 1.25f;
    private string light = "";
    private string dark = "";
    private byte[] png = [];
    private string? problem;

    internal void Draw()
    {
        try
        {
            light = renderer.Svg(figure, FigureTheme.Light, $"{idPrefix}l");
            dark = renderer.Svg(figure, FigureTheme.Dark, $"{idPrefix}d");
            png = renderer.Png(figure, FigureTheme.Light, PngScale);
        }
        catch (ArgumentException e)
        {
            // One figure that cannot be drawn does not cost the report: the page says why, and shows the values.
            problem = e.Message;
        }
    }

    internal void Write(HtmlOutput html)
    {
        html.Open("figure", ("id", anchor), ("class", figure.Width == FigureWidth.Wide ? "wide" : null)).Line();
        if (problem is not null)
        {
            html.Element("p", $"This figure could not be drawn: {problem}", ("class", "problem"));
        }
        else
        {
            html.Raw("<div class=\"light\">").Raw(light).Raw("</div><div class=\"dark\">").Raw(dark).Raw("</div>\n");
        }

        html.Raw("<figcaption><b>").Text(figure.Title).Raw("</b>");
        html.Text(figure.Source is null ? "" : $" ({figure.Source} of the paper)")
            .Text(figure.Caption.Length > 0 ? $". {figure.Caption}" : "");
        html.Raw(" <span class=\"badge\">").Text(ProvenanceText.Data(figure.Provenance)).Raw("</span> <span class=\"badge\">");
        html.Text(ProvenanceText.Hardware(figure.Provenance)).Raw("</span></figcaption>\n<p class=\"downloads\">");
        if (problem is null)
        {
            html.Download("SVG", figure.Id + ".svg", "image/svg+xml", Encoding.UTF8.GetBytes(light)).Raw(" ");
            html.Download("PNG", figure.Id + ".png", "image/png", png).Raw(" ");
        }

        html.Download("CSV", figure.Id + ".csv", "text/csv", CsvText.Utf8(["Series", "X", "Y", "Low", "High", "Value"], Lines(exact: true)))
            .Raw("</p>\n");
        Values(html);
        html.Raw("</figure>\n");
    }

    private void Values(HtmlOutput html)
    {
        string[][] lines = [.. Lines(exact: false).Take(ShownValues + 1)];
        if (lines.Length == 0)
        {
            return;
        }

        html.Raw("<details><summary>Values</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Values\"><table>");
        html.Element(
            "caption",
            lines.Length > ShownValues
                ? $"The first {ShownValues.ToString(CultureInfo.InvariantCulture)} values; the CSV has all"
                : $"{figure.Title}: values"
        );
        string[] columns = ["Series", Name(figure.X), Name(figure.Y), "Low", "High", "Value"];
        int[] used = [.. Enumerable.Range(0, columns.Length).Where(i => i < 2 || lines.Any(line => line[i].Length > 0))];
        html.Raw("<thead><tr>");
        foreach (int column in used)
        {
            html.Element("th", columns[column], ("scope", "col"));
        }

        html.Raw("</tr></thead><tbody>\n");
        foreach (string[] line in lines.Take(ShownValues))
        {
            html.Raw("<tr>").Element("th", line[0], ("scope", "row"), ("class", "number"));
            foreach (int column in used.Skip(1))
            {
                html.Element("td", line[column]);
            }

            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div></details>\n");
    }

    /// <summary>One line a point; of a sample of more than 40 the table shows quantiles.</summary>
    private IEnumerable<string[]> Lines(bool exact) =>
        figure.Series.SelectMany(series =>
        {
            double[] sample = [.. series.Points.Select(p => p.X).Where(x => !double.IsNaN(x))];
            return !exact && series.Kind == SeriesKind.Ecdf && sample.Length > 40
                ? new[] { 0, 0.25, 0.5, 0.75, 0.9, 0.99, 1 }.Select(p =>
                    new[] { series.Name, FigureNumbers.Value(Quantiles.Of(sample, p)), FigureNumbers.Value(p), "", "", "" }
                )
                : series.Points.Select(p =>
                    new[] { series.Name, X(p.X, exact), Y(p.Y, exact), Number(p.Low, exact), Number(p.High, exact), Number(p.Value, exact) }
                );
        });

    private string X(double x, bool exact) => figure.X.Scale == AxisScale.Category ? FigureAxes.NameOf(x, figure.X) : Number(x, exact);

    private string Y(double y, bool exact) => figure.Y.Scale == AxisScale.Category ? FigureAxes.NameOf(y, figure.Y) : Number(y, exact);

    private static string Number(double? value, bool exact) =>
        value is not { } v ? ""
        : exact ? ClaimText.Exact(v)
        : FigureNumbers.Value(v);

    private static string Name(Axis axis) => axis.Unit is { Length: > 0 } unit ? $"{axis.Label} [{unit}]" : axis.Label;
}
