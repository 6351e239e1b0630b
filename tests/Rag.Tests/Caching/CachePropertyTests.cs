using CsCheck;

namespace ResearchKit.Rag.Tests.Caching;

/// <summary>What holds for every stream of queries.</summary>
public class CachePropertyTests
{
    private static readonly Gen<float[]> Point = Gen.Int[-3, 3].Array[4].Select(v => v.Select(x => (float)x).ToArray());
    private static readonly Gen<float[][]> Stream = Point.Array[1, 120];

    private static ProximityCacheOptions Options(int capacity, float tolerance, EvictionPolicy eviction) =>
        new()
        {
            Dimension = 4,
            Tolerance = tolerance,
            Capacity = capacity,
            Eviction = eviction,
        };

    [Test]
    public void Hits_are_near_counts_are_bounded_and_nothing_is_lost() =>
        Gen.Select(Stream, Gen.Int[1, 8], Gen.Int[0, 3], Gen.Bool, Gen.Bool)
            .Sample(
                (stream, capacity, tolerance, lru, hash) =>
                {
                    ProximityCacheOptions options = Options(capacity, tolerance, lru ? EvictionPolicy.Lru : EvictionPolicy.Fifo);
                    IApproximateCache<int> cache = hash
                        ? new LshProximityCache<int>(
                            options,
                            new LshOptions
                            {
                                Hyperplanes = 3,
                                BucketCapacity = capacity,
                                Probes = 1,
                            }
                        )
                        : new FlatProximityCache<int>(options);
                    for (int i = 0; i < stream.Length; i++)
                    {
                        if (cache.TryGet(stream[i], out CacheHit<int> hit))
                        {
                            double distance = Vectors.Distance(stream[hit.Value], stream[i], VectorMetric.Euclidean);
                            Assert.That(hit.Distance, Is.EqualTo(distance).Within(1e-5).And.LessThanOrEqualTo(tolerance));
                            Assert.That(hit.Tolerance, Is.EqualTo(tolerance));
                        }
                        else
                        {
                            cache.Add(stream[i], i);
                        }
                        Assert.That(cache.Count, Is.LessThanOrEqualTo(hash ? 8 * capacity : capacity));
                    }
                    CacheStatistics s = cache.Statistics;
                    Assert.That(s.Hits + s.Misses, Is.EqualTo(stream.Length));
                    Assert.That(s.Inserts - s.Evictions - s.Removals, Is.EqualTo(cache.Count));
                }
            );

    [Test]
    public void Without_hyperplanes_hashing_is_the_linear_scan() =>
        Gen.Select(Stream, Gen.Int[1, 8], Gen.Int[0, 3], Gen.Bool)
            .Sample(
                (stream, capacity, tolerance, lru) =>
                {
                    ProximityCacheOptions options = Options(capacity, tolerance, lru ? EvictionPolicy.Lru : EvictionPolicy.Fifo);
                    Assert.That(
                        Replay(new LshProximityCache<int>(options, new LshOptions { Hyperplanes = 0, BucketCapacity = capacity }), stream),
                        Is.EqualTo(Replay(new FlatProximityCache<int>(options), stream))
                    );
                }
            );

    [Test]
    public void The_scan_finds_what_a_plain_search_finds() =>
        Gen.Select(Stream, Gen.Int[1, 8], Gen.Int[0, 3], Gen.Bool, Gen.Bool)
            .Sample(
                (stream, capacity, tolerance, lru, strict) =>
                {
                    ProximityCacheOptions options = Options(capacity, tolerance, lru ? EvictionPolicy.Lru : EvictionPolicy.Fifo) with
                    {
                        Comparison = strict ? MatchComparison.Strict : MatchComparison.Inclusive,
                    };
                    Assert.That(
                        Replay(new FlatProximityCache<int>(options), stream),
                        Is.EqualTo(Plainly(stream, capacity, tolerance, lru, strict))
                    );
                }
            );

    [Test]
    public void A_larger_lru_cache_of_exact_repetitions_hits_wherever_a_smaller_one_does() =>
        Gen.Select(Stream, Gen.Int[1, 8])
            .Sample(
                (stream, capacity) =>
                {
                    int[] small = Replay(new FlatProximityCache<int>(Options(capacity, 0, EvictionPolicy.Lru)), stream);
                    int[] large = Replay(new FlatProximityCache<int>(Options(capacity + 1, 0, EvictionPolicy.Lru)), stream);
                    Assert.That(small.Zip(large).All(p => p.First < 0 || p.Second >= 0), Is.True);
                }
            );

    [Test]
    public void Two_vectors_share_a_bucket_as_often_as_their_angle_says()
    {
        const int Pairs = 20_000;
        RandomStream stream = RandomStream.Named("collisions");
        foreach (double angle in new[] { 0.2, 0.6, 1.2 })
        {
            // One pair under many hyperplanes: each cache draws four of its own.
            int shared = 0;
            for (int i = 0; i < Pairs / 100; i++)
            {
                LshProximityCache<int> cache = new(
                    new ProximityCacheOptions { Dimension = 16, Tolerance = 1 },
                    new LshOptions { Hyperplanes = 4, Seed = (ulong)i }
                );
                for (int j = 0; j < 100; j++)
                {
                    float[] a = Vectors.Unit(16, stream);
                    float[] b = Vectors.Unit(16, stream);
                    float dot = a.Zip(b).Sum(p => p.First * p.Second);
                    double norm = Math.Sqrt(b.Zip(a).Sum(p => Math.Pow(p.First - dot * p.Second, 2)));
                    float[] c =
                    [
                        .. a.Zip(b).Select(p => (float)(Math.Cos(angle) * p.First + Math.Sin(angle) * (p.Second - dot * p.First) / norm)),
                    ];
                    shared += cache.Signature(a) == cache.Signature(c) ? 1 : 0;
                }
            }
            Statistically.HasProbability(Math.Pow(1 - angle / Math.PI, 4), shared, Pairs);
        }
    }

    [Test]
    public void A_lookup_allocates_nothing()
    {
        ProximityCacheOptions options = new() { Dimension = 768, Tolerance = 0.5f };
        RandomStream stream = RandomStream.Named("allocations");
        IApproximateCache<string>[] caches = [new FlatProximityCache<string>(options), new LshProximityCache<string>(options)];
        float[][] keys = [.. Enumerable.Range(0, 300).Select(_ => Vectors.Unit(768, stream))];
        foreach (IApproximateCache<string> cache in caches)
        {
            foreach (float[] key in keys)
            {
                cache.Add(key, "answer");
            }
            // The runtime compiles better code on the way, and that allocates: the best of some rounds.
            Assert.That(Enumerable.Range(0, 5).Min(_ => OfLookups(cache, keys)), Is.Zero, cache.GetType().Name);
        }

        static long OfLookups(IApproximateCache<string> cache, float[][] keys)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                cache.TryGet(keys[i % 300], out _);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static int[] Replay(IApproximateCache<int> cache, float[][] stream)
    {
        int[] by = new int[stream.Length];
        for (int i = 0; i < stream.Length; i++)
        {
            by[i] = cache.TryGet(stream[i], out CacheHit<int> hit) ? hit.Value : -1;
            if (by[i] < 0)
            {
                cache.Add(stream[i], i);
            }
        }
        return by;
    }

    private static int[] Plainly(float[][] stream, int capacity, float tolerance, bool lru, bool strict)
    {
        List<int> entries = []; // in the order they will go
        int[] by = new int[stream.Length];
        for (int i = 0; i < stream.Length; i++)
        {
            double Squared(int j) => stream[j].Zip(stream[i]).Sum(p => Math.Pow(p.First - p.Second, 2));
            int[] matches =
            [
                .. entries
                    .Where(j => strict ? Squared(j) < tolerance * tolerance : Squared(j) <= tolerance * tolerance)
                    .OrderBy(Squared)
                    .ThenBy(j => j),
            ];
            by[i] = matches.Length > 0 ? matches[0] : -1;
            if (by[i] < 0)
            {
                if (entries.Count == capacity)
                {
                    entries.RemoveAt(0);
                }
                entries.Add(i);
            }
            else if (lru)
            {
                entries.Remove(by[i]);
                entries.Add(by[i]);
            }
        }
        return by;
    }
}
