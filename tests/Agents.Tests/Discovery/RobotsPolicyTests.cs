using System.Text.Json;
using ResearchKit.Agents.Discovery;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Discovery;

public class RobotsPolicyTests
{
    [Test]
    public void Decisions_are_those_of_the_reference_parser()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "robots.json");
        List<string> wrong = [];
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            RobotsPolicy robots = RobotsPolicy.Parse(c.GetProperty("robotsTxt").GetString()!, c.GetProperty("agent").GetString()!);
            wrong.AddRange(
                c.GetProperty("allowed")
                    .EnumerateObject()
                    .Where(p => robots.Allows(p.Name) != p.Value.GetBoolean())
                    .Select(p => $"{c.GetProperty("name")}: {p.Name} {p.Value}")
            );
        }
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true)]
    [TestCase("User-agent: *\nDisallow: /a*c$", "/abc", false)]
    [TestCase("User-agent: *\nDisallow: /a*c$", "/abcd", true)]
    [TestCase("User-agent: *\nAllow: /p\nDisallow: /p", "/p", true)]
    [TestCase("User-agent: ResearchKitBot/2.0\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", false)]
    [TestCase("User-agent: *\nDisallow: /\nAllow: /d/index.html", "/d/", true)]
    public void Our_own_cases(string text, string path, bool allowed) =>
        Assert.That(RobotsPolicy.Parse(text).Allows(path), Is.EqualTo(allowed));

    [Test]
    public void Delay_and_site_maps_are_read()
    {
        RobotsPolicy robots = RobotsPolicy.Parse("Sitemap: https://a.example/s.xml\nUser-agent: *\nCrawl-delay: 2.5\n");
        Assert.That(robots.CrawlDelay, Is.EqualTo(TimeSpan.FromSeconds(2.5)));
        Assert.That(robots.Sitemaps, Is.EqualTo(new[] { "https://a.example/s.xml" }));
    }

    [Test]
    public void Many_stars_take_no_time() =>
        Assert.That(
            RobotsPolicy
                .Parse("User-agent: *\nDisallow: /" + string.Concat(Enumerable.Repeat("*a", 500)) + "$")
                .Allows("/" + new string('a', 2_000) + "b"),
            Is.True
        );
}
