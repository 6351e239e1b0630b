using System.Text.Json;
using CsCheck;
using ResearchKit.Agents.Discovery;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Agents.Tests.Discovery;

public class CapabilityIndexTests
{
    [Test]
    public void Searches_over_471_real_records_are_the_golden_ones()
    {
        CapabilityIndexBuilder builder = new();
        using var records = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Data("agents", "mcp-registry", "seed-2025-05-16.json")));
        foreach (JsonElement r in records.RootElement.EnumerateArray())
        {
            string name = r.GetProperty("name").GetString()!;
            builder.Add(
                new CapabilityRecord { Url = $"https://{name}/", Name = name },
                $"{name} {r.GetProperty("description").GetString()}"
            );
        }
        CapabilityIndex index = builder.Build();
        using JsonDocument golden = GoldenFiles.Json("agents", "capability-search-bm25.json");
        Assert.That(index.Count, Is.EqualTo(golden.RootElement.GetProperty("documents").GetInt32()));
        Assert.That(index.AverageLength, Is.EqualTo(golden.RootElement.GetProperty("averageLength").GetDouble()).Within(1e-12));
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            IReadOnlyList<CapabilityHit> hits = index.Search(c.GetProperty("query").GetString()!, 10);
            JsonElement[] top = [.. c.GetProperty("top").EnumerateArray()];
            Assert.That(
                hits.Select(h => h.Ordinal),
                Is.EqualTo(top.Select(t => t.GetProperty("ordinal").GetInt32())),
                c.GetProperty("query").GetString()
            );
            Assert.That(hits.Select(h => h.Score), Is.EqualTo(top.Select(t => t.GetProperty("score").GetDouble())).Within(1e-9));
        }
    }

    [Test]
    public void The_best_k_are_those_of_reading_everything() =>
        Gen.Select(Gen.Int[1, 800], Gen.Int[1, 20], Gen.Int[0, 1_000_000])
            .Sample(
                (documents, k, seed) =>
                {
                    RandomStream stream = RandomStream.Named("capability-index", $"{seed}");
                    ZipfRanks words = new(60, 1);
                    CapabilityIndexBuilder builder = new();
                    List<string[]> texts = [];
                    for (int i = 0; i < documents; i++)
                    {
                        string[] text = [.. Enumerable.Range(0, 1 + stream.NextInt(12)).Select(_ => $"w{words.Next(stream)}")];
                        texts.Add(text);
                        builder.Add(
                            new CapabilityRecord
                            {
                                Url = $"u{i}",
                                Name = $"{i}",
                                Tags = i % 3 == 0 ? ["t"] : [],
                            },
                            string.Join(' ', text)
                        );
                    }
                    CapabilityIndex index = builder.Build();
                    string[] query = [.. Enumerable.Range(0, 1 + stream.NextInt(4)).Select(_ => $"w{words.Next(stream)}")];
                    CapabilityFilter? filter = seed % 2 == 0 ? new CapabilityFilter { Tag = "t" } : null;
                    (int, double)[] expected = [.. BruteForce(texts, query, filter is null ? _ => true : i => i % 3 == 0).Take(k)];
                    (int, double)[] actual = [.. index.Search(string.Join(' ', query), k, filter).Select(h => (h.Ordinal, h.Score))];
                    return expected.SequenceEqual(actual);
                },
                iter: 60
            );

    private static IEnumerable<(int, double)> BruteForce(List<string[]> texts, string[] query, Func<int, bool> allowed)
    {
        double average = texts.Average(t => (double)t.Length);
        List<(int Document, double Score)> scores = [];
        for (int d = 0; d < texts.Count; d++)
        {
            double score = 0;
            foreach (IGrouping<string, string> term in query.GroupBy(t => t))
            {
                int df = texts.Count(t => t.Contains(term.Key));
                int tf = texts[d].Count(t => t == term.Key);
                double idf = Math.Log(1 + ((texts.Count - df + 0.5) / (df + 0.5)));
                score += tf == 0 ? 0 : term.Count() * idf * (tf * 2.2 / (tf + (1.2 * (1 - 0.75 + (0.75 * texts[d].Length / average)))));
            }
            if (score > 0 && allowed(d))
            {
                scores.Add((d, score));
            }
        }
        return scores.OrderByDescending(s => s.Score).ThenBy(s => s.Document).Select(s => (s.Document, s.Score));
    }

    [Test]
    public void The_prototype_s_directory_takes_the_first_that_fits()
    {
        KeywordDirectory directory = new();
        directory.Register("cardiologist", "heart", "blood");
        directory.Register("other", "heart");
        Assert.That(directory.Find("My HEART hurts"), Is.EqualTo("cardiologist"));
        Assert.That(directory.Find("My knee hurts"), Is.EqualTo("unknown"));
    }

    [Test]
    public void Freshness_and_age_are_the_golden_ones()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "crawl-freshness.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            double changes = c.GetProperty("changesPerDay").GetDouble();
            double visits = c.GetProperty("visitsPerDay").GetDouble();
            double freshness = c.GetProperty("expectedFreshness").GetDouble();
            double age = c.GetProperty("expectedAgeDays").GetDouble();
            Assert.That(CrawlFreshness.Freshness(changes, visits), Is.EqualTo(freshness).Within(1e-12));
            Assert.That(CrawlFreshness.AgeDays(changes, visits), Is.EqualTo(age).Within(1e-12 * Math.Max(1, age)));
        }
    }
}
