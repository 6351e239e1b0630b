using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

public partial class HtmlReportTests
{
    private static readonly string[] VoidTags = ["meta", "input", "br", "link", "img"];

    [Test]
    public async Task Is_balanced_with_unique_ids_and_every_inner_link_arrives()
    {
        string html = await Write([ReportExamples.Skew, ReportExamples.Cache]);
        Assert.That(html, Does.StartWith("<!DOCTYPE html>\n<html lang=\"en\">"));
        string markup = Script().Replace(Styles().Replace(html, ""), "");
        Stack<string> open = new();
        foreach (
            Match tag in Tags()
                .Matches(markup)
                .Where(t => t.Groups[3].Value != "/" && !VoidTags.Contains(t.Groups[2].Value) && t.Groups[2].Value != "!DOCTYPE")
        )
        {
            if (tag.Groups[1].Value == "/")
            {
                Assert.That(open.TryPop(out string? opened) ? opened : "nothing", Is.EqualTo(tag.Groups[2].Value), $"at {tag.Index}");
            }
            else
            {
                open.Push(tag.Groups[2].Value);
            }
        }

        Assert.That(open, Is.Empty);
        string[] ids = [.. Ids().Matches(markup).Select(m => m.Groups[1].Value)];
        Assert.That(ids, Is.Unique);
        Assert.That(Fragments().Matches(markup).Select(m => m.Groups[1].Value).Distinct(), Is.SubsetOf(ids));
    }

    [Test]
    public async Task Makes_no_request_and_names_its_one_script()
    {
        string html = await Write([ReportExamples.Skew, ReportExamples.Cache]);
        Match script = Script().Matches(html).Single();
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)));
        Assert.That(
            html,
            Does.Contain(
                $"content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""
            )
        );
        string[] targets = [.. Targets().Matches(html).Select(m => m.Groups[1].Value)];
        Assert.That(targets, Is.Not.Empty);
        Assert.That(targets.Where(t => !t.StartsWith('#') && !t.StartsWith("data:", StringComparison.Ordinal)), Is.Empty);
        Assert.That(html, Does.Not.Contain("@import").And.Not.Contain("url(http"));
    }

    [Test]
    public async Task Everything_from_data_is_encoded()
    {
        ExperimentResult cache = ReportExamples.Cache with { Rerun = ReportExamples.Hostile, RunId = ReportExamples.Hostile };
        string html = await Write([cache], new ReportOptions { Title = ReportExamples.Hostile });
        Assert.That(Script().Count(html), Is.EqualTo(1));
        Assert.That(html, Does.Not.Contain(ReportExamples.Hostile).And.Not.Contain("<script>alert"));
        Assert.That(html, Does.Contain("<td>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;y</td>"));
    }

    [Test]
    public async Task Shows_counts_claims_cells_rows_and_how_to_run_again()
    {
        string html = await Write([ReportExamples.Skew, ReportExamples.Cache]);
        foreach (
            (string verdict, int count) in new[] { ("Confirmed", 2), ("Consistent", 1), ("Failed", 2), ("Not judged", 2), ("Skipped", 1) }
        )
        {
            Assert.That(html, Does.Match($"<b>{count}</b> {verdict}</li>"));
        }

        Assert.That(
            html,
            Does.Contain("1.52 [1.48, 1.55]").And.Contain("1.37\u20131.7").And.Contain("95 %, Student t on logarithms, 5 seeds")
        );
        Assert.That(html, Does.Contain("interval crosses 1.1: about").And.Contain("the machine was busy while times were measured"));
        Assert.That(html, Does.Contain("1 done, 1 failed, 1 skipped, 1 damaged"));
        Assert.That(html, Does.Contain("<code>researchkit run harmoeny/throughput-vs-skew --scale quick --set Batch=64</code>"));
        Assert.That(html, Does.Contain("missing (NaN)").And.Contain("The first 100 of 240 rows"));
        Assert.That(
            html,
            Does.Contain("6 on generated data \u00B7 real hardware; 1 on generated data \u00B7 simulated hardware; 1 on real data")
        );
        Assert.That(html, Does.Contain("<dt>OMP_WAIT_POLICY</dt>").And.Contain("id ScottPlot, version 5.1.59"));
    }

    [Test]
    public async Task Rows_are_carried_compressed_or_linked_by_size()
    {
        ExperimentResult large = ReportExamples.Large(rows: 5_000, figures: 0);
        Assert.That(await Write([large]), Does.Contain("data:application/gzip;base64,"));
        string linked = await Write([large], new ReportOptions { EmbedRowsUpTo = 1_000, Folder = "/runs" });
        Assert.That(linked, Does.Contain("<a href=\"fens/large/rows.csv\">").And.Not.Contain("application/gzip"));
        Assert.That(await Write([large], new ReportOptions { EmbedRowsUpTo = 1_000 }), Does.Contain("too many to be carried in this page"));
    }

    [Test]
    public async Task A_figure_that_cannot_be_drawn_costs_only_itself()
    {
        Figure bad = FigureExamples.Bars with { Id = "bad", Y = FigureExamples.Bars.Y with { Scale = AxisScale.Log } };
        string html = await Write([ReportExamples.Skew with { Figures = [bad, FigureExamples.Line] }]);
        Assert.That(html, Does.Contain("This figure could not be drawn: The figure bad has bars on a logarithmic axis"));
        Assert.That(html, Does.Contain("<title>Throughput under growing router skew</title>"));
    }

    [Test]
    public async Task An_empty_report_is_a_page_too()
    {
        ExperimentResult bare = ReportExamples.Skew with
        {
            Figures = [],
            Claims = [],
            Cells = [],
            Rows = new RowTable([], []),
            Manifest = [],
        };
        Assert.That(await Write([]), Does.Contain("No claims were judged."));
        Assert.That(await Write([bare]), Does.Contain("The plan has no cells.").And.Contain("No rows."));
    }

    [Test]
    public void Stops_when_cancelled()
    {
        using MemoryStream stream = new();
        Assert.That(
            () => HtmlReport.WriteAsync([ReportExamples.Skew], stream, null, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public async Task Compares_options_first_then_claims()
    {
        ExperimentResult after = ReportExamples.Skew with { RunId = "later", Claims = [.. ReportExamples.Skew.Claims.Skip(1)] };
        after.Manifest["options"]!["Batch"] = 128;
        ReportComparison comparison = ReportComparison.Of(
            ReportExamples.Skew with
            {
                Manifest = (System.Text.Json.Nodes.JsonObject)ReportExamples.Cache.Manifest.DeepClone(),
            },
            after
        );
        after.Manifest["options"]!["Batch"] = 64;
        string html = await Write([after], new ReportOptions { Comparison = comparison });
        Assert.That(comparison.Options.Single(), Is.EqualTo(new OptionChange("Batch", "64", "128")));
        Assert.That(
            html.IndexOf("What differs", StringComparison.Ordinal),
            Is.InRange(1, html.IndexOf("Claims side by side", StringComparison.Ordinal))
        );
        Assert.That(comparison.Claims[^1].Change, Is.EqualTo("gone"));
    }

    private static async Task<string> Write(IReadOnlyList<ExperimentResult> results, ReportOptions? options = null)
    {
        using MemoryStream stream = new();
        await HtmlReport.WriteAsync(results, stream, options);
        // To look at the page: RESEARCHKIT_KEEP_FIGURES=1.
        if (Environment.GetEnvironmentVariable("RESEARCHKIT_KEEP_FIGURES") is not null)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(TestContext.CurrentContext.WorkDirectory, TestContext.CurrentContext.Test.Name + ".html"),
                stream.ToArray()
            );
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [GeneratedRegex("<(/?)([!a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*\"|[^\">/]|/(?!>))*(/?)>")]
    private static partial Regex Tags();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Styles();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Ids();

    [GeneratedRegex(" href=\"#([^\"]*)\"")]
    private static partial Regex Fragments();

    [GeneratedRegex(" (?:href|src)=\"([^\"]{0,40})")]
    private static partial Regex Targets();
}
