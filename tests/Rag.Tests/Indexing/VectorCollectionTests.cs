using Microsoft.Extensions.VectorData;

namespace ResearchKit.Rag.Tests.Indexing;

/// <summary>The index behind Microsoft.Extensions.VectorData, and a collection of it before a cache.</summary>
public class VectorCollectionTests
{
    private sealed record Note(string Key, string Topic, float[] Vector);

    [Test]
    public async Task Records_are_kept_replaced_filtered_searched_and_deleted()
    {
        using HnswIndex index = new(2);
        using EmbeddedVectorCollection<Note> notes = new("notes", index, n => n.Key, n => n.Vector);
        await notes.UpsertAsync(Enumerable.Range(0, 20).Select(i => new Note($"n{i}", i % 2 == 0 ? "even" : "odd", [i, 0])));
        await notes.UpsertAsync(new Note("n3", "odd", [100, 0]));
        Assert.That(index.Count, Is.EqualTo(20));
        Assert.That(await Found(notes, [3, 0], 2), Is.EqualTo(new[] { "n2", "n4" }));
        Assert.That(
            await Found(notes, [3, 0], 2, new VectorSearchOptions<Note> { Filter = n => n.Topic == "odd" }),
            Is.EqualTo(new[] { "n1", "n5" })
        );
        Assert.That(
            await Found(notes, [3, 0], 9, new VectorSearchOptions<Note> { ScoreThreshold = 1.5, Skip = 1 }),
            Is.EqualTo(new[] { "n4" })
        );
        await notes.DeleteAsync("n2");
        Assert.That(await notes.GetAsync("n2"), Is.Null);
        Assert.That(await Found(notes, [2, 0], 1), Is.EqualTo(new[] { "n1" }));
        Assert.That(async () => await notes.UpsertAsync(new Note("n1", "odd", [1])), Throws.ArgumentException);
        Assert.That((await notes.GetAsync("n1"))!.Vector, Has.Length.EqualTo(2), "a record that is refused leaves the old one");
    }

    [Test]
    public async Task A_cache_stands_before_any_collection()
    {
        using FlatIndex index = new(2);
        using EmbeddedVectorCollection<Note> notes = new("notes", index, n => n.Key, n => n.Vector);
        await notes.UpsertAsync(Enumerable.Range(0, 5).Select(i => new Note($"n{i}", "", [i, 0])));
        using CachedRetriever cached = new(
            new VectorCollectionRetriever<string, Note>(notes, n => n.Key, VectorMetric.Euclidean),
            new FlatProximityCache<CachedAnswer>(new ProximityCacheOptions { Dimension = 2, Tolerance = 0.5f })
        );
        Assert.That((await cached.SearchAsync(new float[] { 1, 0 }, 2)).Cache, Is.Null);
        Assert.That((await cached.SearchAsync(new float[] { 1.2f, 0 }, 2)).Cache, Is.Not.Null);
    }

    private static async Task<List<string>> Found(
        EmbeddedVectorCollection<Note> notes,
        float[] query,
        int top,
        VectorSearchOptions<Note>? options = null
    )
    {
        List<string> keys = [];
        await foreach (VectorSearchResult<Note> found in notes.SearchAsync(query, top, options))
        {
            keys.Add(found.Record.Key);
        }
        return keys;
    }
}
