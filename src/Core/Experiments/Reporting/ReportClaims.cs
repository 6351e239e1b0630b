namespace ResearchKit.Experiments;

/// <summary>The table of all claims: the paper's number beside ours, the band, a small chart of the three, and what they stand on.</summary>
internal static class ReportClaims
{
    internal static void Write(HtmlOutput html, IReadOnlyList<ExperimentResult> results)
    {
        html.Raw(
            "<section id=\"claims\" aria-labelledby=\"claims-heading\">\n<h2 id=\"claims-heading\">Claims</h2>\n<div id=\"claim-filter\"></div>\n"
        );
        html.Raw(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"claims-caption\"><table id=\"claim-table\" class=\"sortable\">\n"
            )
            .Raw(
                "<caption id=\"claims-caption\">Every claim with the paper\u2019s number, ours with its interval, and the accepted band. Charts: the band as a bar, the paper as hollow diamonds, ours as a dot with its interval.</caption>\n<thead><tr>"
            );
        foreach (string column in new[] { "Verdict", "Claim", "Paper", "Here", "Chart", "Accepted", "Stands on", "p (adjusted)" })
        {
            html.Element("th", column, ("scope", "col"));
        }

        html.Raw("</tr></thead>\n<tbody>\n");
        foreach (ExperimentResult result in results)
        {
            foreach (JudgedClaim claim in result.Claims)
            {
                Row(html, claim, result);
            }
        }

        html.Raw("</tbody>\n</table></div>\n</section>\n");
    }

    private static void Row(HtmlOutput html, JudgedClaim judged, ExperimentResult result)
    {
        Claim claim = judged.Claim;
        string unit = claim.Unit is { Length: > 0 } u ? $" {u}" : "";
        html.Open("tr", ("data-verdict", judged.Verdict.ToString()), ("data-paper", judged.Experiment.PaperSlug))
            .Open(
                "td",
                ("class", $"verdict {judged.Verdict}"),
                ("data-sort", ((int)judged.Verdict).ToString(System.Globalization.CultureInfo.InvariantCulture))
            )
            .Raw("<span aria-hidden=\"true\">")
            .Raw(ClaimText.Symbol(judged.Verdict))
            .Raw("</span> ")
            .Text(ClaimText.Word(judged.Verdict))
            .Raw("</td>");
        html.Raw("<th scope=\"row\">").Text(claim.Text).Raw("<div class=\"muted\">").Text(judged.Why).Raw("</div>");
        html.Element("a", judged.Experiment.Id, ("class", "muted"), ("href", "#" + HtmlOutput.Anchor(result.Experiment.Id, result.RunId)));
        if (claim.Reason.Length > 0)
        {
            html.Raw("<details><summary>Why this band</summary>").Element("p", claim.Reason).Raw("</details>");
        }

        if (claim.Parts.Count > 0)
        {
            html.Raw("<ul>");
            foreach (Claim part in claim.Parts)
            {
                html.Element("li", $"{part.Text}: {ClaimText.Measured(part)}, accepted {ClaimText.Accepted(part)}");
            }

            html.Raw("</ul>");
        }

        html.Raw("</th><td>").Text(ClaimText.Published(claim));
        html.Text(claim.PaperValue is null ? "" : unit).Element("div", claim.PaperPlace, ("class", "muted")).Raw("</td><td>");
        html.Element("span", ClaimText.Measured(claim) + (claim.Estimate is null ? "" : unit), ("class", "number"))
            .Element("div", ClaimText.Interval(claim), ("class", "muted"));
        html.Raw("</td><td>").Raw(BandChart.Of(claim)).Raw("</td>");
        html.Element("td", ClaimText.Accepted(claim))
            .Raw("<td>")
            .Element("span", ProvenanceText.Data(claim.Provenance), ("class", "badge"));
        html.Raw(" ").Element("span", ProvenanceText.Hardware(claim.Provenance), ("class", "badge")).Raw("</td>");
        html.Raw("<td>")
            .Text(ClaimText.P(judged.P))
            .Text(judged.AdjustedP is null ? "" : $" ({ClaimText.P(judged.AdjustedP)})")
            .Raw("</td></tr>\n");
    }
}
