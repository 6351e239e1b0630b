using System.Text.Json;
using ResearchKit.Agents.Discovery;

namespace ResearchKit.Agents.Tests;

/// <summary>Golden cases of our own making (Goldens/agents_own_cases.py says how), so that a plain clone tests faithfulness too.</summary>
public class OwnGoldenTests
{
    [Test]
    public void Digests_and_searches_are_those_of_an_independent_computation()
    {
        using Stream stream = typeof(OwnGoldenTests).Assembly.GetManifestResourceStream("agents_own_cases.json")!;
        using var golden = JsonDocument.Parse(stream);
        foreach (JsonElement c in golden.RootElement.GetProperty("digests").EnumerateArray())
        {
            string text = c.GetProperty("document").GetString()!;
            Assert.That(ContentDigest.Of(text).Hex, Is.EqualTo(c.GetProperty("sha256").GetString()));
            Assert.That(ContentDigest.AgoraId(text), Is.EqualTo(c.GetProperty("agora").GetString()));
        }
        CapabilityIndexBuilder builder = new();
        foreach (JsonElement agent in golden.RootElement.GetProperty("agents").EnumerateArray())
        {
            builder.Add(new CapabilityRecord { Url = "https://a.example/", Name = "a" }, agent.GetString()!);
        }
        CapabilityIndex index = builder.Build();
        foreach (JsonElement c in golden.RootElement.GetProperty("searches").EnumerateArray())
        {
            IReadOnlyList<CapabilityHit> hits = index.Search(c.GetProperty("query").GetString()!);
            JsonElement[] top = [.. c.GetProperty("top").EnumerateArray()];
            Assert.That(hits.Select(h => h.Ordinal), Is.EqualTo(top.Select(t => t.GetProperty("ordinal").GetInt32())));
            Assert.That(hits.Select(h => h.Score), Is.EqualTo(top.Select(t => t.GetProperty("score").GetDouble())).Within(1e-12));
        }
    }
}
