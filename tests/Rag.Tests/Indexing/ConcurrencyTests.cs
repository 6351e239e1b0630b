using System.Collections.Concurrent;

namespace ResearchKit.Rag.Tests.Indexing;

/// <summary>Many threads on one index and one cache: nothing is lost or torn.</summary>
public class ConcurrencyTests
{
    [Test]
    public Task A_short_while([Values] bool hnsw) => MixedAsync(hnsw, TimeSpan.FromSeconds(1.5));

    [Test]
    [Category("Long")]
    public Task A_minute([Values] bool hnsw) => MixedAsync(hnsw, TimeSpan.FromMinutes(1));

    [Test]
    public async Task A_shared_cache_never_tears_a_value()
    {
        ConcurrentProximityCache<float[]> cache = new(
            new ProximityCacheOptions
            {
                Dimension = 4,
                Tolerance = 0.2f,
                Capacity = 50,
            },
            new LshOptions { Hyperplanes = 6, BucketCapacity = 4 }
        );
        await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            RandomStream stream = RandomStream.Named("shared cache", $"{thread}");
                            for (int i = 0; i < 5000; i++)
                            {
                                float[] key = Vectors.Unit(4, stream);
                                if (cache.TryGet(key, out CacheHit<float[]> hit))
                                {
                                    // The value is its key: distance and value have to agree.
                                    Assert.That(
                                        Vectors.Distance(hit.Value, key, VectorMetric.Euclidean),
                                        Is.EqualTo(hit.Distance).Within(1e-4)
                                    );
                                }
                                else
                                {
                                    cache.Add(key, key);
                                }
                            }
                        })
                    )
            )
            .WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(cache.Statistics.Hits + cache.Statistics.Misses, Is.EqualTo(40_000));
        Assert.That(cache.Statistics.Inserts - cache.Statistics.Evictions, Is.EqualTo(cache.Count));
    }

    private static async Task MixedAsync(bool hnsw, TimeSpan duration)
    {
        const int Dimension = 12;
        using VectorIndex index = hnsw ? new HnswIndex(Dimension) : new FlatIndex(Dimension);
        ConcurrentDictionary<string, float[]> kept = new();
        using CancellationTokenSource end = new(duration);
        await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            RandomStream stream = RandomStream.Named("mixed", $"{thread}");
                            for (int i = 0; !end.IsCancellationRequested; i++)
                            {
                                string id = $"{thread}-{i}";
                                float[] vector = Vectors.Unit(Dimension, stream);
                                if (i % 4 == 0 && kept.Count < 20_000)
                                {
                                    index.Add(id, vector);
                                    // Of this thread's own, one in three goes again.
                                    if (i % 12 == 0)
                                    {
                                        Assert.That(index.Remove(id), Is.True);
                                    }
                                    else
                                    {
                                        kept[id] = vector;
                                    }
                                }
                                else
                                {
                                    RetrievalResult found = index.Search(vector, 5);
                                    for (int j = 1; j < found.Documents.Count; j++)
                                    {
                                        Assert.That(found.Documents[j].Score, Is.GreaterThanOrEqualTo(found.Documents[j - 1].Score));
                                    }
                                    Assert.That(found.Ids.Distinct().Count(), Is.EqualTo(found.Documents.Count));
                                }
                            }
                        })
                    )
            )
            .WaitAsync(duration + TimeSpan.FromSeconds(60));
        Assert.That(index.Count, Is.EqualTo(kept.Count));
        float[] read = new float[Dimension];
        foreach ((string id, float[] vector) in kept)
        {
            Assert.That(index.TryGetVector(id, read), Is.True, id);
            Assert.That(read, Is.EqualTo(vector), id);
        }
    }
}
