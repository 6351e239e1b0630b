using System.Globalization;
using System.Net;
using System.Text;
using ResearchKit.Audit;

namespace ResearchKit.Papers.Verbs;

/// <summary>The findings of an audit as a page (one file, no scripts) and as a LaTeX table (booktabs).</summary>
internal static class AuditDocuments
{
    private static readonly string[] Shown = ["selectionRate", "truePositiveRate", "falsePositiveRate", "accuracy"];

    /// <summary>The page.</summary>
    public static string Html(AuditEvidence evidence)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Fairness audit</title><style>\n")
            .Append("body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}")
            .Append(
                "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .7rem;border-bottom:1px solid #d0d7de;text-align:right}"
            )
            .Append(
                "td:first-child,th:first-child{text-align:left}.small{color:#9a6700}.verdict{font-size:1.4rem;font-weight:600}\n</style></head><body>\n"
            )
            .Append(Invariant($"<h1>Fairness audit</h1>\n<p class=\"verdict\">{Verdict(evidence)}</p>\n"))
            .Append(Invariant($"<p>{Encode(evidence.Source)}, {evidence.Rows} rows"))
            .Append(evidence.Dropped > 0 ? Invariant($", {evidence.Dropped} left out (missing values)") : "")
            .Append(evidence.Sha256 is { } sum ? Invariant($"<br>SHA-256 {sum}") : "")
            .Append("</p>\n");
        foreach (string line in Reasons(evidence))
        {
            page.Append(Invariant($"<p>{Encode(line)}</p>\n"));
        }
        foreach (AuditedAttributeReport attribute in evidence.Attributes)
        {
            AuditMetricReport[] metrics = [.. attribute.Metrics.Where(m => m.Metric != "count")];
            page.Append(Invariant($"<h2>{Encode(attribute.Attribute)}</h2>\n<table><tr><th>group</th><th>rows</th>"));
            foreach (AuditMetricReport metric in metrics)
            {
                page.Append(Invariant($"<th>{Encode(metric.Metric)}</th>"));
            }
            page.Append("</tr>\n");
            for (int g = 0; g < metrics[0].Groups.Count; g++)
            {
                AuditGroupReport group = metrics[0].Groups[g];
                page.Append(
                    Invariant(
                        $"<tr{(group.IsSmall ? " class=\"small\"" : "")}><td>{Encode(group.Group)}{(group.IsSmall ? " (few rows)" : "")}</td><td>{group.Rows}</td>"
                    )
                );
                foreach (AuditMetricReport metric in metrics)
                {
                    page.Append(Invariant($"<td>{Cell(metric.Groups[g])}</td>"));
                }
                page.Append("</tr>\n");
            }
            page.Append("</table>\n");
        }
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>The LaTeX table.</summary>
    public static string Latex(AuditEvidence evidence)
    {
        StringBuilder text = new();
        text.Append(Invariant($"% {evidence.Verdict}; {evidence.Rows} rows\n"));
        foreach (AuditedAttributeReport attribute in evidence.Attributes)
        {
            AuditMetricReport[] metrics = [.. attribute.Metrics.Where(m => Shown.Contains(m.Metric))];
            text.Append(
                Invariant($"\\begin{{tabular}}{{lr{new string('r', metrics.Length)}}}\n\\toprule\n{Tex(attribute.Attribute)} & $n$")
            );
            foreach (AuditMetricReport metric in metrics)
            {
                text.Append(Invariant($" & {Words(metric.Metric)}"));
            }
            text.Append(" \\\\\n\\midrule\n");
            for (int g = 0; g < metrics[0].Groups.Count; g++)
            {
                AuditGroupReport group = metrics[0].Groups[g];
                text.Append(Invariant($"{Tex(group.Group)}{(group.IsSmall ? "$^\\dagger$" : "")} & {group.Rows}"));
                foreach (AuditMetricReport metric in metrics)
                {
                    AuditGroupReport value = metric.Groups[g];
                    text.Append(
                        value.Value is null ? " & --"
                        : value.Low is null ? Invariant($" & {value.Value:0.000}")
                        : Invariant($" & {value.Value:0.000} [{value.Low:0.000}, {value.High:0.000}]")
                    );
                }
                text.Append(" \\\\\n");
            }
            text.Append("\\bottomrule\n\\end{tabular}\n");
        }
        return text.ToString();
    }

    /// <summary>Why the verdict is what it is, in sentences.</summary>
    public static IEnumerable<string> Reasons(AuditEvidence evidence)
    {
        if (evidence is { Error: { } error, Tau: { } tau })
        {
            yield return Invariant(
                $"error on the labels {error:0.0000}, believed below {tau:0.0000}: {(error >= tau ? "the answers are not believed" : "the answers are believed")}"
            );
        }
        else if (evidence.Error is { } only)
        {
            yield return Invariant($"error on the labels {only:0.0000}");
        }
        if (evidence.Widest is { } widest)
        {
            yield return Invariant(
                $"widest difference of selection rates: {widest.Attribute}, {widest.Highest} over {widest.Lowest} by {widest.Difference.Value:0.0000} [{widest.Difference.Low:0.0000}, {widest.Difference.High:0.0000}], fair up to {evidence.Epsilon:0.####}"
            );
        }
        else
        {
            yield return "no attribute has two groups that are not small: nothing could be compared";
        }
        if (evidence.Verdict != AuditVerdict.Manipulated && !evidence.IsCertain)
        {
            yield return "the interval crosses the limit: more rows are needed to be sure";
        }
        foreach (AuditedAttributeReport attribute in evidence.Attributes)
        {
            foreach (AuditGroupReport group in attribute.Metrics[0].Groups.Where(g => g.IsSmall))
            {
                yield return Invariant(
                    $"few rows: {attribute.Attribute} = {group.Group} has {group.Rows}, selection rate {Cell(group)}; shown, not ranked"
                );
            }
        }
    }

    /// <summary>The verdict in words.</summary>
    public static string Verdict(AuditEvidence evidence) =>
        evidence.Verdict switch
        {
            AuditVerdict.Fair => evidence.IsCertain ? "fair" : "fair, not certain",
            AuditVerdict.Unfair => evidence.IsCertain ? "unfair" : "unfair, not certain",
            _ => "manipulated",
        };

    private static string Cell(AuditGroupReport group) =>
        group.Value is null ? "unknown"
        : group.Low is null ? Invariant($"{group.Value:0.000}")
        : Invariant($"{group.Value:0.000} [{group.Low:0.000}, {group.High:0.000}]");

    private static string Words(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString(CultureInfo.InvariantCulture)));

    private static string Tex(string text) =>
        string.Concat(
            text.Select(c =>
                c switch
                {
                    '\\' => "\\textbackslash{}",
                    '~' => "\\textasciitilde{}",
                    '^' => "\\textasciicircum{}",
                    '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                    _ => c.ToString(CultureInfo.InvariantCulture),
                }
            )
        );

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
