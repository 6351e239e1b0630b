using System.Text.Json;

namespace ResearchKit.Rag.Tests.Embedding;

/// <summary>The default embedder against vectors made by an independent program.</summary>
public class HashedTfIdfGoldenTests
{
    [TestCase("embedder_d32.json")]
    [TestCase("embedder_d768.json")]
    public void Frequencies_hashes_slots_and_vectors_are_those_of_the_reference(string file)
    {
        using JsonDocument golden = GoldenFiles.Json("rag", file);
        AssertMatches(golden.RootElement);
    }

    [Test]
    public void The_small_case_in_the_repository_agrees_too()
    {
        using Stream stream = typeof(HashedTfIdfGoldenTests).Assembly.GetManifestResourceStream("embedder.json")!;
        using JsonDocument golden = JsonDocument.Parse(stream);
        AssertMatches(golden.RootElement);
    }

    private static void AssertMatches(JsonElement golden)
    {
        TermStatistics statistics = TermStatistics.Of(golden.GetProperty("fit_texts").EnumerateArray().Select(t => t.GetString()!));
        HashedTfIdfEmbedder embedder = new(
            statistics,
            new HashedTfIdfOptions { Dimension = golden.GetProperty("d").GetInt32(), EmptyText = EmptyText.ZeroVector }
        );
        Assert.That(statistics.Texts, Is.EqualTo(golden.GetProperty("N").GetInt32()));
        Assert.That(
            statistics.Frequencies,
            Is.EquivalentTo(golden.GetProperty("df").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32()))
        );
        foreach (JsonProperty hash in golden.GetProperty("fnv1a64").EnumerateObject())
        {
            Assert.That(Tokens.HashOf(hash.Name).ToString(), Is.EqualTo(hash.Value.GetString()));
        }
        foreach (JsonProperty slots in golden.GetProperty("slots").EnumerateObject())
        {
            Assert.That(
                embedder.Slots(slots.Name).Select(s => new[] { s.Position, s.Sign }),
                Is.EqualTo(slots.Value.EnumerateArray().Select(s => s.EnumerateArray().Select(v => (int)v.GetDouble()).ToArray()))
            );
        }
        foreach (
            (JsonElement query, JsonElement vector) in golden
                .GetProperty("queries")
                .EnumerateArray()
                .Zip(golden.GetProperty("embeddings").EnumerateArray())
        )
        {
            Assert.That(
                embedder.Embed(query.GetString()!),
                Is.EqualTo(vector.EnumerateArray().Select(v => (float)v.GetDouble())).Within(1e-6f),
                query.GetString()
            );
        }
    }
}
