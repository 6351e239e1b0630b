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
        return LatexTable.Of(
            "p{0.42\\linewidth}rrll",
            ["Claim", "Paper", "Here", "Accepted", "Verdict"],
            claims.Select(c =>
                new[]
                {
                    c.Claim.Text,
                    ClaimText.Published(c.Claim),
                    ClaimText.Measured(c.Claim),
                    ClaimText.Accepted(c.Claim),
                    ClaimText.Word(c.Verdict),
                }
            )
        );
    }

    /// <summary>One line a claim, numbers with all their digits.</summary>
    /// <param name="claims">The claims.</param>
    public static string Csv(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return CsvText.Of([.. Columns], claims.Select(Fields));
    }

    /// <summary>The same columns as typed columns: numbers are doubles (NaN where there is none), the rest is text.</summary>
    /// <param name="claims">The claims.</param>
    public static Data.ParquetTable Table(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        string[][] rows = [.. claims.Select(Fields)];
        return Data.ParquetTable.Of([.. Columns.Select((name, i) => (name, Column(name, [.. rows.Select(r => r[i])])))]);

        static Array Column(string name, string[] fields) =>
            Numbers.Contains(name)
                ? fields.Select(f => f.Length == 0 ? double.NaN : double.Parse(f, CultureInfo.InvariantCulture)).ToArray()
                : fields;
    }

    private static readonly string[] Numbers =
    [
        "PaperLow",
        "PaperHigh",
        "Value",
        "Low",
        "High",
        "Level",
        "Seeds",
        "AtLeast",
        "AtMost",
        "P",
        "AdjustedP",
    ];

    private static readonly string[] Columns =
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

    private static string[] Fields(JudgedClaim c)
    {
        Metrics.Estimate? e = c.Claim.Estimate;
        return
        [
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
        ];
    }

    private static string InMarkdown(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace('\n', ' ');
}
