using System.Globalization;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>Judged claims as tables for people (Markdown, LaTeX) and for programs (JSON, CSV, JUnit).</summary>
public static partial class ClaimTable
{
    /// <summary>A table for a README.</summary>
    /// <param name="claims">The claims.</param>
    public static string Markdown(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder table = new(
            "| verdict | claim | paper | here | accepted | stands on | adjusted p |\n|---|---|---|---|---|---|---|\n"
        );
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

        static string Join(string value, string more) =>
            more.Length == 0 ? value
            : value.Length == 0 ? more
            : $"{value}, {more}";
    }

    /// <summary>A table for a paper; needs the package booktabs.</summary>
    /// <param name="claims">The claims.</param>
    public static string Latex(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder table = new(
            "% \\usepackage{booktabs}\n\\begin{tabular}{p{0.42\\linewidth}rrll}\n\\toprule\nClaim & Paper & Here & Accepted & Verdict \\\\\n\\midrule\n"
        );
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
            "Experiment",
            "Claim",
            "Text",
            "Verdict",
            "Why",
            "PaperLow",
            "PaperHigh",
            "PaperPlace",
            "Unit",
            "Value",
            "Low",
            "High",
            "Level",
            "Seeds",
            "Method",
            "AtLeast",
            "AtMost",
            "P",
            "AdjustedP",
            "Data",
            "Hardware",
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
}
