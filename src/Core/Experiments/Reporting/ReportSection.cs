using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>The section of one experiment: problems, figures, cells, rows, and how to run it again.</summary>
internal sealed class ReportSection
{
    private const int ShownCells = 500;
    private readonly ExperimentResult result;
    private readonly string anchor;

    internal ReportSection(int index, ExperimentResult result, ScottPlotRenderer renderer)
    {
        this.result = result;
        anchor = HtmlOutput.Anchor(result.Experiment.Id, result.RunId);
        Figures =
        [
            .. result.Figures.Select(
                (f, i) => new ReportFigure(f, renderer, HtmlOutput.Anchor(anchor, f.Id), HtmlOutput.Invariant($"s{index}f{i}"))
            ),
        ];
    }

    internal IReadOnlyList<ReportFigure> Figures { get; }

    internal void Write(HtmlOutput html, ReportOptions options)
    {
        html.Open("section", ("id", anchor), ("aria-labelledby", anchor + "-heading")).Line();
        html.Element("h2", result.Experiment.Id, ("id", anchor + "-heading"));
        html.Element(
            "p",
            $"{result.Experiment.Shows}. {result.Experiment.Paper}, version {result.Experiment.Version.ToString(CultureInfo.InvariantCulture)}, scale {result.Scale}, run {result.RunId}."
        );
        foreach (
            string problem in result.Problems.Concat(
                result.Damages.Select(d => HtmlOutput.Invariant($"{d.File}, byte {d.Offset}: {d.What}"))
            )
        )
        {
            html.Element("p", problem, ("class", "problem"), ("role", "note"));
        }

        html.Raw("\n<div class=\"figures\">\n");
        foreach (ReportFigure figure in Figures)
        {
            figure.Write(html);
        }

        html.Raw("</div>\n<p>Run exactly this again: ").Element("code", result.Rerun).Raw("</p>\n");
        Cells(html);
        Verified(html);
        ReportRows.Write(html, result, options);
        html.Raw("</section>\n");
    }

    private void Cells(HtmlOutput html)
    {
        string counts = string.Join(
            ", ",
            result
                .Cells.GroupBy(c => c.State)
                .OrderBy(g => g.Key)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {Word(g.Key)}"))
        );
        html.Element("h3", "Cells").Element("p", result.Cells.Count == 0 ? "The plan has no cells." : counts).Line();
        CellResult[] undone = [.. result.Cells.Where(c => c.State != CellState.Done)];
        if (undone.Length > 0)
        {
            Table(html, "Cells that are not done", undone.Take(ShownCells));
        }

        if (result.Cells.Count > 0)
        {
            html.Raw("<details><summary>All cells</summary>");
            Table(
                html,
                result.Cells.Count > ShownCells
                    ? string.Create(CultureInfo.InvariantCulture, $"The first {ShownCells} of {result.Cells.Count} cells")
                    : "All cells",
                result.Cells.Take(ShownCells)
            );
            html.Raw("</details>\n");
        }
    }

    private void Verified(HtmlOutput html)
    {
        CellComparison[] compared = [.. result.Verified.Where(c => !c.IsTiming)];
        CellComparison[] different = [.. compared.Where(c => !c.IsEqual)];
        if (compared.Length == 0)
        {
            return;
        }

        html.Element(
            "p",
            different.Length == 0
                ? HtmlOutput.Invariant($"{compared.Length} cells were measured again: all rows are equal.")
                : HtmlOutput.Invariant($"{different.Length} of {compared.Length} cells that were measured again gave other rows:"),
            ("class", different.Length == 0 ? null : "problem")
        );
        if (different.Length > 0)
        {
            html.Raw("<ul>");
            foreach (CellComparison cell in different)
            {
                RowDifference first = cell.Differences[0];
                html.Element(
                    "li",
                    HtmlOutput.Invariant(
                        $"{cell.Cell.Json}: row {first.Row}, {first.Column}: stored {first.Stored}, measured {first.Measured}"
                    )
                );
            }

            html.Raw("</ul>\n");
        }
    }

    private static void Table(HtmlOutput html, string caption, IEnumerable<CellResult> cells)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption))
            .Raw("<table>")
            .Element("caption", caption);
        html.Raw(
            "<thead><tr><th scope=\"col\">Key</th><th scope=\"col\">State</th><th scope=\"col\">Cell</th><th scope=\"col\">Rows</th><th scope=\"col\">Time [ms]</th><th scope=\"col\">Reason</th></tr></thead><tbody>\n"
        );
        foreach (CellResult cell in cells)
        {
            html.Raw("<tr><th scope=\"row\">")
                .Element("code", cell.Key[..Math.Min(12, cell.Key.Length)])
                .Raw("</th>")
                .Element("td", Word(cell.State));
            html.Raw("<td>").Element("code", cell.Cell).Raw("</td>").Element("td", cell.Rows.ToString(CultureInfo.InvariantCulture));
            html.Element("td", cell.Milliseconds is { } ms ? FigureNumbers.Value(ms) : "").Element("td", cell.Why).Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
    }

    private static string Word(CellState state) => state.ToString().ToLowerInvariant();
}
