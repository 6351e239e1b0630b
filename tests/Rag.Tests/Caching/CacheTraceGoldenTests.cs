using System.Text.Json;

namespace ResearchKit.Rag.Tests.Caching;

/// <summary>Traces of lookups and inserts against a reference: both policies, with and without hashing, at tolerances that produce ties and equalities.</summary>
public class CacheTraceGoldenTests
{
    [Test]
    public void Every_hit_eviction_and_count_is_that_of_the_reference()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "cache_traces.json");
        Assert.That(golden.RootElement.GetArrayLength(), Is.EqualTo(32));
        foreach (JsonElement trace in golden.RootElement.EnumerateArray())
        {
            AssertTrace(trace);
        }
    }

    [Test]
    public void The_small_traces_in_the_repository_agree_too()
    {
        using Stream stream = typeof(CacheTraceGoldenTests).Assembly.GetManifestResourceStream("cache_traces.json")!;
        using JsonDocument golden = JsonDocument.Parse(stream);
        foreach (JsonElement trace in golden.RootElement.GetProperty("traces").EnumerateArray())
        {
            AssertTrace(trace);
        }
    }

    private static void AssertTrace(JsonElement trace)
    {
        string name = trace.GetProperty("name").GetString()!;
        ProximityCacheOptions options = new()
        {
            Dimension = trace.GetProperty("dim").GetInt32(),
            Tolerance = (float)trace.GetProperty("tolerance").GetDouble(),
            Capacity = 5,
            Eviction = name.Contains("lru", StringComparison.Ordinal) ? EvictionPolicy.Lru : EvictionPolicy.Fifo,
            Comparison = trace.GetProperty("inclusive").GetBoolean() ? MatchComparison.Inclusive : MatchComparison.Strict,
        };
        LshProximityCache<int>? lsh = name.StartsWith("lsh", StringComparison.Ordinal)
            ? new LshProximityCache<int>(
                options,
                new LshOptions { BucketCapacity = 2 },
                [.. trace.GetProperty("planes").EnumerateArray().Select(Vector)]
            )
            : null;
        IApproximateCache<int> cache = lsh is null ? new FlatProximityCache<int>(options) : lsh;
        List<int> held = [];
        int step = 0;
        int hits = 0;
        foreach (JsonElement op in trace.GetProperty("ops").EnumerateArray())
        {
            string where = $"{name}, tolerance {options.Tolerance}, {options.Comparison}, step {step++}";
            float[] query = Vector(op.GetProperty("q"));
            if (lsh is not null && op.TryGetProperty("signature", out JsonElement signature))
            {
                int bits = lsh.Signature(query);
                string text = string.Concat(Enumerable.Range(0, 4).Select(j => (bits >> j & 1) == 1 ? '1' : '0'));
                Assert.That(text, Is.EqualTo(signature.GetString()), where);
            }
            bool hit = cache.TryGet(query, out CacheHit<int> found);
            Assert.That(hit, Is.EqualTo(op.GetProperty("hit").GetBoolean()), where);
            if (hit)
            {
                hits++;
                Assert.That(found.Value, Is.EqualTo(op.GetProperty("value").GetInt32()), where);
                Assert.That(found.Distance, Is.LessThanOrEqualTo(options.Tolerance), where);
                continue;
            }
            int value = op.GetProperty("insert_value").GetInt32();
            cache.Add(query, value);
            List<int> after = Values(cache);
            int? evicted = held.Append(value).Except(after).Cast<int?>().SingleOrDefault();
            JsonElement expected = op.GetProperty("evicted");
            Assert.That(evicted, Is.EqualTo(expected.ValueKind == JsonValueKind.Null ? null : expected.GetInt32()), where);
            Assert.That(cache.Count, Is.EqualTo(op.GetProperty("count").GetInt32()), where);
            held = after;
        }
        Assert.That(hits, Is.EqualTo(trace.GetProperty("hits").GetInt32()), name);
        Assert.That(cache.Statistics.Hits, Is.EqualTo(hits));
        Assert.That(cache.Statistics.Inserts - cache.Statistics.Evictions, Is.EqualTo(cache.Count));
    }

    private static List<int> Values(IApproximateCache<int> cache)
    {
        List<int> values = [];
        cache.RemoveWhere(entry =>
        {
            values.Add(entry.Value);
            return false;
        });
        return values;
    }

    private static float[] Vector(JsonElement json) => [.. json.EnumerateArray().Select(v => (float)v.GetDouble())];
}
