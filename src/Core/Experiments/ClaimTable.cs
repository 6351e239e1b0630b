using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace ResearchKit.Experiments;

/// <summary>Judged claims as tables for people (Markdown, LaTeX) and for programs (JSON, CSV, JUnit).</summary>
public static class ClaimTable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All that is known of the claims, schema 1; numbers that are not finite are the texts NaN and Infinity.</summary>
    /// <param name="claims">The claims.</param>
    public static string Json(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        JsonObject root = new()
        {
            ["schema"] = 1,
            ["claims"] = new JsonArray([
                .. claims.Select(c =>
                {
                    JsonObject claim = OfClaim(c.Claim);
                    claim.Insert(0, "experiment", c.Experiment.Id);
                    claim.Insert(1, "version", c.Experiment.Version);
                    claim.Insert(2, "paper", c.Experiment.Paper);
                    claim["verdict"] = c.Verdict.ToString();
                    claim["why"] = c.Why;
                    claim["p"] = Number(c.P);
                    claim["adjustedP"] = Number(c.AdjustedP);
                    return claim;
                }),
            ]),
        };
        return root.ToJsonString(Indented) + "\n";
    }

    /// <summary>A table for a README.</summary>
    /// <param name="claims">The claims.</param>
    public static string Markdown(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder table = new("| verdict | claim | paper | here | accepted | stands on | adjusted p |\n|---|---|---|---|---|---|---|\n");
        foreach (JudgedClaim c in claims)
        {
            string[] fields =
            [
                $"{ClaimText.Symbol(c.Verdict)} {ClaimText.Word(c.Verdict)}",
                $"{c.Claim.Text} ({c.Experiment.Id}#{c.Claim.Id})",
                Join(ClaimText.Published(c.Claim), c.Claim.PaperPlace),
                Join(Join(ClaimText.Measured(c.Claim), c.Claim.Unit ?? ""), c.Verdict == Verdict.Confirmed ? "" : c.Why),
                ClaimText.Accepted(c.Claim),
                ProvenanceText.Of(c.Claim.Provenance),
                ClaimText.P(c.AdjustedP),
            ];
            table.Append("| ").AppendJoin(" | ", fields.Select(InMarkdown)).Append(" |\n");
        }

        return table.ToString();

        static string Join(string value, string more) => more.Length == 0 ? value : value.Length == 0 ? more : $"{value}, {more}";
    }

    /// <summary>A table for a paper; needs the package booktabs.</summary>
    /// <param name="claims">The claims.</param>
    public static string Latex(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder table = new("% \\usepackage{booktabs}\n\\begin{tabular}{p{0.42\\linewidth}rrll}\n\\toprule\nClaim & Paper & Here & Accepted & Verdict \\\\\n\\midrule\n");
        foreach (JudgedClaim c in claims)
        {
            string[] fields =
            [
                c.Claim.Text,
                ClaimText.Published(c.Claim),
                ClaimText.Measured(c.Claim),
                ClaimText.Accepted(c.Claim),
                ClaimText.Word(c.Verdict),
            ];
            table.AppendJoin(" & ", fields.Select(InLatex)).Append(" \\\\\n");
        }

        return table.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    /// <summary>One line a claim, numbers with all their digits.</summary>
    /// <param name="claims">The claims.</param>
    public static string Csv(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        string[] header =
        [
            "Experiment", "Claim", "Text", "Verdict", "Why", "PaperLow", "PaperHigh", "PaperPlace", "Unit", "Value", "Low", "High", "Level", "Seeds", "Method",
            "AtLeast", "AtMost", "P", "AdjustedP", "Data", "Hardware",
        ];
        IEnumerable<string[]> lines = claims.Select(c =>
        {
            Metrics.Estimate? e = c.Claim.Estimate;
            return new[]
            {
                c.Experiment.Id,
                c.Claim.Id,
                c.Claim.Text,
                c.Verdict.ToString(),
                c.Why,
                ClaimText.Exact(c.Claim.PaperValue?.Low),
                ClaimText.Exact(c.Claim.PaperValue?.High),
                c.Claim.PaperPlace,
                c.Claim.Unit ?? "",
                ClaimText.Exact(e?.Value),
                ClaimText.Exact(e?.Low),
                ClaimText.Exact(e?.High),
                ClaimText.Exact(e?.Level),
                e?.Seeds.ToString(CultureInfo.InvariantCulture) ?? "",
                e?.Method.ToString() ?? "",
                ClaimText.Exact(c.Claim.Band.AtLeast),
                ClaimText.Exact(c.Claim.Band.AtMost),
                ClaimText.Exact(c.P),
                ClaimText.Exact(c.AdjustedP),
                c.Claim.Provenance.Data.ToString(),
                c.Claim.Provenance.Hardware.ToString(),
            };
        });
        return CsvText.Of(header, lines);
    }

    /// <summary>Claims as test cases for continuous integration: a failed claim is a failure, one that could not be judged an error, one without its data skipped.</summary>
    /// <param name="claims">The claims.</param>
    public static string JUnit(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder text = new();
        XmlWriterSettings settings = new() { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true };
        using (XmlWriter xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, claims);
            foreach (IGrouping<string, JudgedClaim> suite in claims.GroupBy(c => c.Experiment.Id))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", suite.Key);
                Counts(xml, [.. suite]);
                foreach (JudgedClaim c in suite)
                {
                    TestCase(xml, c);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n";
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<JudgedClaim> claims)
    {
        Count("tests", claims.Count);
        Count("failures", claims.Count(c => c.Verdict == Verdict.Failed));
        Count("errors", claims.Count(c => c.Verdict == Verdict.NotJudged));
        Count("skipped", claims.Count(c => c.Verdict == Verdict.Skipped));

        void Count(string name, int count) => xml.WriteAttributeString(name, count.ToString(CultureInfo.InvariantCulture));
    }

    private static void TestCase(XmlWriter xml, JudgedClaim c)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", c.Experiment.Id);
        xml.WriteAttributeString("name", InXml(c.Claim.Id));
        string? element = c.Verdict switch
        {
            Verdict.Failed => "failure",
            Verdict.NotJudged => "error",
            Verdict.Skipped => "skipped",
            _ => null,
        };
        if (element is not null)
        {
            xml.WriteStartElement(element);
            xml.WriteAttributeString("message", InXml(c.Why));
            xml.WriteEndElement();
        }

        xml.WriteElementString(
            "system-out",
            InXml($"{c.Claim.Text}\npaper: {ClaimText.Published(c.Claim)} {c.Claim.PaperPlace}\nhere: {ClaimText.Measured(c.Claim)} {c.Claim.Unit} ({ClaimText.Interval(c.Claim)})\naccepted: {ClaimText.Accepted(c.Claim)}\nverdict: {c.Verdict}: {c.Why}")
        );
        xml.WriteEndElement();
    }

    private static JsonObject OfClaim(Claim claim)
    {
        JsonObject json = new()
        {
            ["id"] = claim.Id,
            ["kind"] = claim.Kind.ToString(),
            ["text"] = claim.Text,
            ["published"] = claim.PaperValue is { } v ? new JsonObject { ["low"] = Number(v.Low), ["high"] = Number(v.High) } : null,
            ["where"] = claim.PaperPlace,
            ["unit"] = claim.Unit,
            ["band"] = new JsonObject { ["atLeast"] = Number(claim.Band.AtLeast), ["atMost"] = Number(claim.Band.AtMost) },
            ["because"] = claim.Reason,
            ["data"] = claim.Provenance.Data.ToString(),
            ["hardware"] = claim.Provenance.Hardware.ToString(),
            ["fromScale"] = claim.FromScale.ToString(),
            ["needs"] = new JsonArray([.. claim.Needs.Select(n => (JsonNode)n)]),
            ["timing"] = claim.RestsOnTiming,
            ["minimumSeeds"] = claim.MinimumSeeds,
            ["estimate"] = claim.Estimate is { } e
                ? new JsonObject
                {
                    ["value"] = Number(e.Value),
                    ["low"] = Number(e.Low),
                    ["high"] = Number(e.High),
                    ["level"] = e.Level,
                    ["seeds"] = e.Seeds,
                    ["method"] = e.Method.ToString(),
                }
                : null,
        };
        if (claim.Parts.Count > 0)
        {
            json["parts"] = new JsonArray([.. claim.Parts.Select(OfClaim)]);
        }

        return json;
    }

    private static JsonValue? Number(double? value) =>
        value switch
        {
            null => null,
            { } number when double.IsFinite(number) => JsonValue.Create(number),
            { } number => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        };

    private static string InMarkdown(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace('\n', ' ');

    private static string InLatex(string text)
    {
        StringBuilder latex = new();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => latex.Append("\\textbackslash{}"),
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => latex.Append('\\').Append(c),
                '~' => latex.Append("\\textasciitilde{}"),
                '^' => latex.Append("\\textasciicircum{}"),
                '<' => latex.Append("\\textless{}"),
                '>' => latex.Append("\\textgreater{}"),
                '\u2009' => latex.Append("\\,"),
                '\u2013' => latex.Append("--"),
                '\u2212' => latex.Append("$-$"),
                '\u00D7' => latex.Append("$\\times$"),
                '\n' or '\r' => latex.Append(' '),
                _ => latex.Append(c),
            };
        }

        return latex.ToString();
    }

    /// <summary>XML has no place for most control characters, not even escaped.</summary>
    private static string InXml(string text) => string.Concat(text.EnumerateRunes().Select(r => r.Value >= 0x10000 || XmlConvert.IsXmlChar((char)r.Value) ? r.ToString() : "\uFFFD"));
}
