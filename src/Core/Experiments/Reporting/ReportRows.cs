using System.Globalization;
using System.IO.Compression;

namespace ResearchKit.Experiments;

/// <summary>The rows of an experiment: the first ones as a table, all of them as a file inside the page, or, where that is too large, as a relative link.</summary>
internal static class ReportRows
{
    private const int PlainUpTo = 64 << 10;

    internal static void Write(HtmlOutput html, ExperimentResult result, ReportOptions options)
    {
        RowTable table = result.Rows;
        html.Element("h3", "Rows");
        if (table.Rows.Count == 0)
        {
            html.Raw("<p>No rows.</p>\n");
            return;
        }

        html.Raw("<p>").Text(string.Create(CultureInfo.InvariantCulture, $"{table.Rows.Count} rows: "));
        Link(html, result, options);
        html.Raw("</p>\n");
        if (options.ShownRows > 0)
        {
            Table(html, table, options.ShownRows);
        }
    }

    private static void Link(HtmlOutput html, ExperimentResult result, ReportOptions options)
    {
        string name = HtmlOutput.Anchor(result.Experiment.Id) + "-rows.csv";
        byte[] csv = CsvText.Utf8(result.Rows.Columns.Select(c => c.Name), result.Rows.Rows);
        if (csv.Length <= PlainUpTo && csv.Length <= options.EmbedRowsUpTo)
        {
            html.Download("CSV", name, "text/csv", csv);
            return;
        }

        byte[] packed = Packed(csv);
        if (packed.Length <= options.EmbedRowsUpTo)
        {
            html.Download("CSV, compressed (gzip)", name + ".gz", "application/gzip", packed);
        }
        else if (options.Folder is { } folder && result.Folder is { } run)
        {
            string path = Path.GetRelativePath(folder, Path.Combine(run, "rows.csv")).Replace('\\', '/');
            html.Element("a", path, ("href", string.Join('/', path.Split('/').Select(Uri.EscapeDataString))));
        }
        else
        {
            html.Text("too many to be carried in this page; they lie in rows.csv of the run.");
        }
    }

    private static byte[] Packed(byte[] csv)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(csv);
        }

        return packed.ToArray();
    }

    private static void Table(HtmlOutput html, RowTable table, int shown)
    {
        html.Raw("<details><summary>Table</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rows\"><table>");
        html.Element(
            "caption",
            table.Rows.Count > shown
                ? string.Create(CultureInfo.InvariantCulture, $"The first {shown} of {table.Rows.Count} rows")
                : "All rows"
        );
        html.Raw("<thead><tr>");
        foreach (RowColumn column in table.Columns)
        {
            html.Element("th", column.Unit is { Length: > 0 } unit ? $"{column.Name} [{unit}]" : column.Name, ("scope", "col"));
        }

        html.Raw("</tr></thead><tbody>\n");
        foreach (string[] row in table.Rows.Take(shown))
        {
            html.Raw("<tr>");
            foreach (string field in row)
            {
                html.Element("td", field is "NaN" or "Infinity" or "-Infinity" ? $"missing ({field})" : field);
            }

            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div></details>\n");
    }
}
