using System.Globalization;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>Two results side by side: the options that differ first, then the claims with their change.</summary>
public sealed class ReportComparison
{
    private ReportComparison(ExperimentResult before, ExperimentResult after)
    {
        Before = before;
        After = after;
        Options = [.. OptionChanges(before, after)];
        Claims = [.. ClaimChanges(before, after)];
    }

    /// <summary>The first result.</summary>
    public ExperimentResult Before { get; }

    /// <summary>The second result.</summary>
    public ExperimentResult After { get; }

    /// <summary>What differs in how they were run: experiment, version, scale, options by dotted name, commit. Empty if nothing does.</summary>
    public IReadOnlyList<OptionChange> Options { get; }

    /// <summary>All claims of both, in the order of the second; those of the first alone at the end.</summary>
    public IReadOnlyList<ClaimChange> Claims { get; }

    /// <summary>Compares two results.</summary>
    /// <param name="before">The first.</param>
    /// <param name="after">The second.</param>
    public static ReportComparison Of(ExperimentResult before, ExperimentResult after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new(before, after);
    }

    /// <summary>The options that differ as lines of a table: name, before, after. The first line is the header.</summary>
    public IReadOnlyList<string[]> OptionTable() =>
        [
            ["Option", Before.RunId, After.RunId],
            .. Options.Select(o => new[] { o.Name, o.Before ?? "not set", o.After ?? "not set" }),
        ];

    /// <summary>The claims as lines of a table: claim, verdict and value before, verdict and value after, change. The first line is the header.</summary>
    public IReadOnlyList<string[]> ClaimRows() =>
        [
            ["Claim", Before.RunId, After.RunId, "Change"],
            .. Claims.Select(c => new[] { c.Text, Side(c.Before), Side(c.After), c.Change }),
        ];

    internal void WriteSection(HtmlOutput html)
    {
        html.Raw("<section id=\"comparison\" aria-labelledby=\"comparison-heading\">\n<h2 id=\"comparison-heading\">Comparison</h2>\n");
        html.Element("p", $"{Before.Experiment.Id}, run {Before.RunId}, beside {After.Experiment.Id}, run {After.RunId}.").Line();
        if (Options.Count == 0)
        {
            html.Raw("<p>Both were run in the same way.</p>\n");
        }
        else
        {
            Table(html, "What differs in how they were run", OptionTable());
        }

        if (Claims.Count > 0)
        {
            Table(html, "Claims side by side", ClaimRows());
        }

        html.Raw("</section>\n");
    }

    private static void Table(HtmlOutput html, string caption, IReadOnlyList<string[]> lines)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption))
            .Raw("<table>")
            .Element("caption", caption)
            .Raw("<thead><tr>");
        foreach (string name in lines[0])
        {
            html.Element("th", name, ("scope", "col"));
        }

        html.Raw("</tr></thead><tbody>\n");
        foreach (string[] line in lines.Skip(1))
        {
            html.Raw("<tr>").Element("th", line[0], ("scope", "row"));
            foreach (string field in line.Skip(1))
            {
                html.Element("td", field);
            }

            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
    }

    private static string Side(JudgedClaim? claim) =>
        claim is null ? "no such claim"
        : claim.Claim.Estimate is null ? ClaimText.Word(claim.Verdict)
        : $"{ClaimText.Word(claim.Verdict)}: {ClaimText.Measured(claim.Claim)}";

    private static IEnumerable<OptionChange> OptionChanges(ExperimentResult before, ExperimentResult after)
    {
        Dictionary<string, string> a = Settings(before);
        Dictionary<string, string> b = Settings(after);
        return a
            .Keys.Union(b.Keys)
            .Select(name => new OptionChange(name, a.GetValueOrDefault(name), b.GetValueOrDefault(name)))
            .Where(change => change.Before != change.After);
    }

    private static Dictionary<string, string> Settings(ExperimentResult result)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["experiment"] = result.Experiment.Id,
            ["version"] = result.Experiment.Version.ToString(CultureInfo.InvariantCulture),
            ["scale"] = result.Scale.ToString(),
        };
        Flatten(result.Manifest["options"], "", settings);
        if (result.Manifest["researchKit"]?["commit"] is JsonValue commit)
        {
            settings["commit"] = commit.ToString();
        }

        return settings;
    }

    private static void Flatten(JsonNode? node, string name, Dictionary<string, string> settings)
    {
        if (node is JsonObject members)
        {
            foreach ((string member, JsonNode? value) in members)
            {
                Flatten(value, name.Length == 0 ? member : $"{name}.{member}", settings);
            }
        }
        else if (name.Length > 0)
        {
            settings[name] = node switch
            {
                null => "null",
                JsonValue value => value.ToString(),
                _ => node.ToJsonString(),
            };
        }
    }

    private static IEnumerable<ClaimChange> ClaimChanges(ExperimentResult before, ExperimentResult after)
    {
        Dictionary<string, JudgedClaim> a = before.Claims.ToDictionary(c => c.Claim.Id, StringComparer.Ordinal);
        HashSet<string> both = [.. after.Claims.Select(c => c.Claim.Id)];
        return after
            .Claims.Select(c => new ClaimChange(a.GetValueOrDefault(c.Claim.Id), c))
            .Concat(before.Claims.Where(c => !both.Contains(c.Claim.Id)).Select(c => new ClaimChange(c, null)));
    }
}

/// <summary>One thing that differs in how two results were made.</summary>
/// <param name="Name">The option by dotted name, or experiment, version, scale, commit.</param>
/// <param name="Before">Its value in the first, or null if it has none.</param>
/// <param name="After">Its value in the second, or null if it has none.</param>
public sealed record OptionChange(string Name, string? Before, string? After);

/// <summary>A claim in two results.</summary>
/// <param name="Before">In the first, or null.</param>
/// <param name="After">In the second, or null.</param>
public sealed record ClaimChange(JudgedClaim? Before, JudgedClaim? After)
{
    /// <summary>The statement.</summary>
    public string Text => (After ?? Before)?.Claim.Text ?? "";

    /// <summary>The change in words: of the value, relative where it is a ratio or a value away from zero, and of the verdict.</summary>
    public string Change
    {
        get
        {
            if (Before is null || After is null)
            {
                return Before is null ? "new" : "gone";
            }

            string verdict = Before.Verdict == After.Verdict ? "" : $"{ClaimText.Word(Before.Verdict)} to {ClaimText.Word(After.Verdict)}";
            string value = (Before.Claim.Estimate?.Value, After.Claim.Estimate?.Value) switch
            {
                ({ } a, { } b) when a == b => "",
                ({ } a, { } b) when After.Claim.Kind is ClaimKind.Ratio or ClaimKind.Value && a != 0 => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(b - a) / Math.Abs(a):+0.0 %;-0.0 %;0.0 %}"
                ),
                ({ } a, { } b) => (b > a ? "+" : "") + FigureNumbers.Value(b - a),
                _ => "",
            };
            string change = string.Join("; ", new[] { value, verdict }.Where(t => t.Length > 0));
            return change.Length == 0 ? "same" : change;
        }
    }
}
