using System.Globalization;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>The top of the page: what was run, when, on which machine, how the claims stand and on what they stand.</summary>
internal static class ReportHeader
{
    internal static void Write(HtmlOutput html, IReadOnlyList<ExperimentResult> results, ReportOptions options)
    {
        JudgedClaim[] claims = [.. results.SelectMany(r => r.Claims)];
        html.Raw("<header>\n").Element("h1", options.Title).Line();
        html.Element("p", Summary(results)).Line().Raw("<ul class=\"counts\" aria-label=\"Verdicts\">\n");
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
        {
            string count = claims.Count(c => c.Verdict == verdict).ToString(CultureInfo.InvariantCulture);
            html.Open("li", ("class", $"verdict {verdict}"))
                .Raw("<span aria-hidden=\"true\">")
                .Raw(ClaimText.Symbol(verdict))
                .Raw("</span> <b>")
                .Raw(count)
                .Raw("</b> ")
                .Text(ClaimText.Word(verdict))
                .Raw("</li>\n");
        }

        html.Raw("</ul>\n").Element("p", Standing(claims), ("class", "muted")).Line();
        foreach (string line in results.Select(Machine).Where(l => l.Length > 0).Distinct())
        {
            html.Element("p", line, ("class", "muted")).Line();
        }

        html.Raw("<nav aria-label=\"Contents\"><ul>\n<li><a href=\"#claims\">Claims</a></li>\n");
        if (options.Comparison is not null)
        {
            html.Raw("<li><a href=\"#comparison\">Comparison</a></li>\n");
        }

        foreach (ExperimentResult result in results)
        {
            html.Raw("<li>")
                .Element("a", result.Experiment.Id, ("href", "#" + HtmlOutput.Anchor(result.Experiment.Id, result.RunId)))
                .Raw("</li>\n");
        }

        html.Raw("<li><a href=\"#provenance\">Provenance</a></li>\n</ul></nav>\n</header>\n");
    }

    private static string Summary(IReadOnlyList<ExperimentResult> results)
    {
        string scales = string.Join(", ", results.Select(r => r.Scale).Distinct().Order());
        string[] created = [.. results.Select(r => Text(r.Manifest, "createdUtc")).Where(t => t.Length > 0).Order(StringComparer.Ordinal)];
        double seconds = results.Sum(r => (double?)(r.Manifest["durationSeconds"] as JsonValue) ?? 0);
        string when = created.Length == 0 ? "" : $", {Moment(created[0])}";
        string took = seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $", {seconds:#,0.#} s in all") : "";
        int rows = results.Sum(r => r.Rows.Rows.Count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Count} experiment{(results.Count == 1 ? "" : "s")} at scale {scales}, {results.Sum(r => r.Cells.Count)} cells, {rows} rows{when}{took}"
        );
    }

    /// <summary>To the minute; a text that is no time is shown as it is.</summary>
    private static string Moment(string created) =>
        DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, out DateTimeOffset time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : created;

    private static string Standing(JudgedClaim[] claims)
    {
        IEnumerable<string> groups = claims
            .GroupBy(c => ProvenanceText.Of(c.Claim.Provenance), StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} on {g.Key}"));
        return claims.Length == 0
            ? "No claims were judged."
            : $"Claims stand on: {string.Join("; ", groups)}. Holm's adjustment keeps the chance of any false Confirmed at 5 %.";
    }

    private static string Machine(ExperimentResult result)
    {
        JsonObject manifest = result.Manifest;
        string kit = Text(manifest["researchKit"], "version");
        string commit = Text(manifest["researchKit"], "commit");
        bool dirty = manifest["researchKit"]?["dirty"] is JsonValue d && d.TryGetValue(out bool value) && value;
        string cpu = Text(manifest["machine"], "cpu");
        string cores = Text(manifest["machine"], "cores");
        string version =
            kit.Length == 0
                ? ""
                : $"ResearchKit {kit}{(commit.Length == 0 ? "" : $" ({commit[..Math.Min(10, commit.Length)]}{(dirty ? ", with uncommitted changes" : "")})")}";
        string machine = cpu.Length == 0 ? "" : $"{cpu}{(cores.Length == 0 ? "" : $", {cores} cores")}";
        return string.Join("; ", new[] { version, machine, Text(manifest["runtime"], "os") }.Where(t => t.Length > 0));
    }

    private static string Text(JsonNode? parent, string name) =>
        parent is JsonObject o && o[name] is JsonValue value ? value.ToString() : "";
}
