using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Baselines;

/// <summary>The scheme of Eppstein et al. bit for bit: known answers of the authors' own code, and three small ones of our own.</summary>
public class EppsteinGoldenTests
{
    [TestCase("er0")]
    [TestCase("er1")]
    [TestCase("er3")]
    [TestCase("pl0")]
    [TestCase("pl2")]
    public void The_authors_code_is_reproduced_bit_for_bit(string name)
    {
        using JsonDocument document = GoldenFiles.Json("watermark", "eppstein_cases.json");
        Check(document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name));
    }

    [Test]
    public void Every_case_of_the_authors_code_is_named_above()
    {
        using JsonDocument document = GoldenFiles.Json("watermark", "eppstein_cases.json");
        Assert.That(
            document.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "er0", "er1", "er3", "pl0", "pl2" })
        );
    }

    [Test]
    public void Three_small_cases_of_our_own()
    {
        using JsonDocument document = JsonDocument.Parse(
            typeof(EppsteinGoldenTests).Assembly.GetManifestResourceStream("eppstein_own_cases.json")!
        );
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.That(cases, Has.Length.EqualTo(3));
        foreach (JsonElement json in cases)
        {
            Check(json);
        }
    }

    private static void Check(JsonElement json)
    {
        int nodes = json.GetProperty("n").GetInt32();
        int[][] Rows(string name) => json.GetProperty(name).Deserialize<int[][]>()!;
        int[] Numbers(string name) => json.GetProperty(name).Deserialize<int[]>()!;
        Graph Read(string name) => Graph.FromEdges(nodes, [.. Rows(name).Select(e => (e[0], e[1]))]);
        Graph original = Read("edges");
        string[] ids = json.GetProperty("ids").Deserialize<string[]>()!;
        int chosen = json.GetProperty("chosen").GetInt32();
        EppsteinKey key = new(
            GraphInfo.Of(original),
            json.GetProperty("hi").GetInt32(),
            json.GetProperty("med").GetInt32(),
            [.. Rows("key").Select(p => (p[0], p[1]))],
            ids,
            chosen
        );

        LabelledGraph labels = LabelledGraph.Of(original, key.HighNodes, key.MediumNodes);
        Assert.That(labels.High, Is.EqualTo(Numbers("hiNodes")), "high nodes");
        Assert.That(labels.Medium, Is.EqualTo(Numbers("medNodes")), "medium nodes");
        Assert.That(
            labels.MediumLabels.Select(l => string.Concat(Enumerable.Range(0, labels.High.Length).Select(i => l[i] ? '1' : '0'))),
            Is.EqualTo(json.GetProperty("medBitvectors").Deserialize<string[]>()),
            "bit vectors"
        );
        Assert.That(key.Pairs.Select(p => new[] { labels.NodeAt(p.A), labels.NodeAt(p.B) }), Is.EqualTo(Rows("keyEdges")), "key edges");

        Graph marked = EppsteinWatermark.MakeCopy(original, key, chosen).Graph;
        Assert.That(marked.HasSameEdges(Read("markedEdgesChosen")), "the marked copy");

        EppsteinDetection found = EppsteinWatermark.Identify(original, Read("attackedEdges"), key, CancellationToken.None);
        int[] matching =
        [
            .. json.GetProperty("matching").EnumerateArray().Select(m => m.ValueKind == JsonValueKind.Null ? -1 : m.GetInt32()),
        ];
        Assert.That(found.Matching, Is.EqualTo(matching), "matching");
        Assert.That(found.Bits, Is.EqualTo(json.GetProperty("attackedId").GetString()), "bits read back");
        Assert.That(found.Nearest, Is.EqualTo(Numbers("identified")), "identified");
        Assert.That(found.Present, Is.EqualTo(found.Nearest.Count == 1 && found.Nearest[0] == chosen));
    }
}
