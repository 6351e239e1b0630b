using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Discovery;
using ResearchKit.Agents.Security;
using ResearchKit.Agents.Tests.Hosting;

namespace ResearchKit.Agents.Tests.Discovery;

public class CrawlerTests
{
    private static readonly CrawlerOptions Hasty = new() { LeastDelay = TimeSpan.FromMilliseconds(20), DelayPerResponse = 0 };

    [Test]
    public async Task A_host_s_agents_are_found_and_robots_are_obeyed()
    {
        await using AgentApp app = await AgentApp.StartAsync(
            AgentApp.Echo,
            o => o.AddSkill("weather", "Weather", "Forecasts by city"),
            map: (a, m) =>
            {
                m.WithA2A();
                a.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /private\nSitemap: /sitemap.xml\n"));
                a.MapGet(
                    "/sitemap.xml",
                    () => Results.Text("<urlset><url><loc>/private</loc></url><url><loc>/page</loc></url></urlset>", "application/xml")
                );
                a.MapGet("/private", () => Results.Text("never"));
                a.MapGet("/page", () => Results.Text("<html><link rel=\"agent\" href=\"/agents/test\"></html>", "text/html"));
            }
        );
        using HttpFetcher fetcher = new(OutboundPolicy.Loopback);
        Crawler crawler = new(fetcher, Hasty);
        await crawler.RunAsync([app.Root.ToString()], 100, AgentApp.Limit());
        Assert.That(crawler.Agents.Select(a => a.Record.Url), Does.Contain(app.Agent.ToString()).And.Contain($"{app.Agent}/a2a"));
        Assert.That(crawler.Visits.Select(v => v.Url.AbsolutePath), Does.Not.Contain("/private").And.Contain("/page"));
        for (int i = 1; i < crawler.Visits.Count; i++)
        {
            Assert.That(
                crawler.Visits[i].At - crawler.Visits[i - 1].At,
                Is.GreaterThanOrEqualTo(Hasty.LeastDelay - TimeSpan.FromMilliseconds(2))
            );
        }
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{AgentIds.New()}.ndjson");
        await CapabilityFile.WriteAsync(file, crawler.Agents);
        CapabilityIndex index = await CapabilityFile.ReadAsync([file, file]);
        Assert.That(index.Search("weather forecasts")[0].Record.Url, Is.EqualTo(app.Agent.ToString()));
        File.Delete(file);
    }

    [Test]
    public async Task What_is_too_large_bombs_loops_or_leads_inside_is_refused()
    {
        await using AgentApp app = await AgentApp.StartAsync(
            AgentApp.Echo,
            map: (a, _) =>
            {
                a.MapGet("/large", () => Results.Bytes(new byte[300_000]));
                a.MapGet("/loop", () => Results.Redirect("/loop"));
                a.MapGet("/inside", () => Results.Redirect("https://169.254.169.254/latest/meta-data"));
                a.MapGet(
                    "/bomb",
                    (HttpContext c) =>
                    {
                        using MemoryStream zipped = new();
                        using (GZipStream zip = new(zipped, CompressionLevel.SmallestSize, true))
                        {
                            zip.Write(new byte[250_000]);
                        }
                        c.Response.Headers.ContentEncoding = "gzip";
                        return Results.Bytes(zipped.ToArray());
                    }
                );
            }
        );
        using HttpFetcher fetcher = new(OutboundPolicy.Loopback);
        async Task<string?> ProblemAsync(string path) =>
            (await fetcher.FetchAsync(new Uri(app.Root, path), null, AgentApp.Limit())).Problem;
        Assert.That(await ProblemAsync("/large"), Does.Contain("larger"));
        Assert.That(await ProblemAsync("/loop"), Does.Contain("redirects"));
        Assert.That(await ProblemAsync("/inside"), Does.Contain("169.254.0.0/16"));
        Assert.That(await ProblemAsync("/bomb"), Does.Contain("times"));
    }

    [TestCase("HTTPS://A.example:443/x/../y#f", "https://a.example/y")]
    [TestCase("https://münchen.example/", "https://xn--mnchen-3ya.example/")]
    [TestCase("ftp://a.example/", null)]
    [TestCase("https://u@a.example/", null)]
    public void Addresses_have_one_form(string text, string? canonical) =>
        Assert.That(CrawlUrl.Canonical(text)?.AbsoluteUri, Is.EqualTo(canonical));
}
