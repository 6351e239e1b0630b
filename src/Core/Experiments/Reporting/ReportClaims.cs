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
        // What was not judged here stands last: it says what could still be judged, not what was found.
        foreach (bool skipped in new[] { false, true })
        {
            foreach (ExperimentResult result in results)
            {
                foreach (JudgedClaim claim in result.Claims.Where(c => c.Verdict == Verdict.Skipped == skipped))
                {
                    Row(html, claim, result);
                }
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

        // An AllOf shows its parts, each with its own value, chart and band; while nothing is measured one line is enough.
        bool measured = claim.Parts.Any(part => part.Estimate is not null) && judged.Verdict != Verdict.Skipped;
        IReadOnlyList<Claim> shown = measured ? claim.Parts : [claim];
        if (measured)
        {
            html.Raw("<details><summary>").Text(ClaimText.Accepted(claim)).Raw("</summary><ol>");
            foreach (Claim part in claim.Parts)
            {
                html.Element("li", part.Text);
            }

            html.Raw("</ol></details>");
        }

        html.Raw("</th><td>").Text(ClaimText.Published(claim));
        html.Text(claim.PaperValue is null ? "" : unit).Element("div", claim.PaperPlace, ("class", "muted")).Raw("</td><td>");
        foreach (Claim part in shown)
        {
            html.Element("div", ClaimText.Measured(part) + (part.Estimate is null ? "" : unit), ("class", "number"));
        }

        html.Element("div", string.Join("; ", shown.Select(ClaimText.Interval).Distinct()), ("class", "muted")).Raw("</td><td>");
        foreach (Claim part in shown)
        {
            html.Raw("<div>").Raw(BandChart.Of(part)).Raw("</div>");
        }

        html.Raw("</td>");
        html.Element("td", string.Join("; ", shown.Select(ClaimText.Accepted).Distinct()))
            .Raw("<td>")
            .Element("span", ProvenanceText.Data(claim.Provenance), ("class", "badge"));
        html.Raw(" ").Element("span", ProvenanceText.Hardware(claim.Provenance), ("class", "badge")).Raw("</td>");
        html.Raw("<td>")
            .Text(ClaimText.P(judged.P))
            .Text(judged.AdjustedP is null ? "" : $" ({ClaimText.P(judged.AdjustedP)})")
            .Raw("</td></tr>\n");
    }
}
