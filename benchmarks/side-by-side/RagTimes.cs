using System.Diagnostics;
using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Benchmarks;

/// <summary>Our half of <c>rag.sh</c>: searches, the graph, the cache, the embedder and the router, in processor time of one thread, which other load on the machine changes less than wall time.</summary>
internal static class RagTimes
{
    private const int K = 10;

    /// <summary>Writes vectors around centres, and queries like them, for both halves: <c>FOLDER COUNT DIMENSION</c>.</summary>
    public static async Task<int> WriteAsync(string folder, int count, int dimension)
    {
        RandomStream stream = RandomStream.Named("rag-times");
        float[][] centres = [.. Enumerable.Range(0, 500).Select(_ => Around(new float[dimension], 1 / Math.Sqrt(dimension), stream))];
        double sigma = 0.65 / Math.Sqrt(dimension);
        Directory.CreateDirectory(folder);
        await VectorFile.SaveAsync(
            Path.Combine(folder, "base.fvecs"),
            Enumerable.Range(0, count).Select(i => Around(centres[i % 500], sigma, stream))
        );
        await VectorFile.SaveAsync(
            Path.Combine(folder, "queries.fvecs"),
            Enumerable.Range(0, 500).Select(i => Around(centres[i % 500], sigma, stream))
        );
        return 0;
    }

    /// <summary>Prints <c>name value</c> lines.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        float[][] vectors = await LoadAsync(Path.Combine(folder, "base.fvecs"));
        float[][] queries = await LoadAsync(Path.Combine(folder, "queries.fvecs"));
        using FlatIndex flat = new(vectors[0].Length);
        Fill(flat, vectors);
        Neighbor[] found = new Neighbor[K];
        Print("flat-single-qps", 50 / Best(5, () => Each(queries[..50], q => flat.Search(q, found))));
        float[] batch = [.. queries.SelectMany(q => q)];
        Print("flat-batch-32-qps", 32 / Best(5, () => flat.SearchBatch(batch.AsMemory(0, 32 * vectors[0].Length), K)));
        Print("flat-batch-500-qps", 500 / Best(3, () => flat.SearchBatch(batch, K)));
        HashSet<int>[] exact = [.. flat.SearchBatch(batch, K).Select(n => n.Select(x => x.Row).ToHashSet())];
        HnswIndex? graph = null;
        Print("hnsw-build-s", Best(1, () => Fill(graph = new HnswIndex(vectors[0].Length), vectors)));
        foreach (int candidates in new[] { 10, 16, 32, 64, 128 })
        {
            graph!.SearchCandidates = candidates;
            double recall = queries
                .Select((q, i) => (double)found.AsSpan(0, graph.Search(q, found)).ToArray().Count(n => exact[i].Contains(n.Row)) / K)
                .Average();
            Print($"hnsw-{candidates}-recall", recall);
            Print($"hnsw-{candidates}-qps", queries.Length / Best(5, () => Each(queries, q => graph.Search(q, found))));
        }
        graph?.Dispose();
        Cache(new FlatProximityCache<int>(Options(vectors[0].Length)), "cache-flat-300-us", vectors, queries);
        Cache(new LshProximityCache<int>(Options(vectors[0].Length)), "cache-lsh-us", vectors, queries);
        Embedder();
        Router();
        return 0;
    }

    private static ProximityCacheOptions Options(int dimension) =>
        new()
        {
            Dimension = dimension,
            Tolerance = 0.01f,
            Capacity = 300,
        };

    private static void Cache(IApproximateCache<int> cache, string name, float[][] keys, float[][] queries)
    {
        for (int i = 0; i < 300; i++)
        {
            cache.Add(keys[i], i);
        }
        Print(name, 1e6 / 5000 * Best(5, () => Repeat(10, () => Each(queries, q => cache.TryGet(q, out _)))));
    }

    private static void Embedder()
    {
        TopicPassages corpus = new(
            RandomStream.Named("rag-times", "passages"),
            new TopicPassagesOptions { Passages = 5000, PassageWords = 50 }
        );
        string[] texts = [.. corpus.Passages.Select(p => p.Text)];
        HashedTfIdfEmbedder embedder = new(TermStatistics.Of(texts));
        float[] vector = new float[embedder.Dimension];
        Print("embedder-passages-per-s", texts.Length / Best(5, () => Each(texts, t => embedder.Embed(t, vector))));
    }

    private static void Router()
    {
        RandomStream stream = RandomStream.Named("rag-times", "router");
        SourceProfile[] sources =
        [
            .. Enumerable
                .Range(0, 13)
                .Select(i => new SourceProfile
                {
                    Name = $"s{i}",
                    Encoder = "e",
                    Centroid = Around(new float[768], 0.03, stream),
                }),
        ];
        QueryEmbeddings[] queries =
        [
            .. Enumerable.Range(0, 40).Select(_ => new QueryEmbeddings("e", Around(new float[768], 0.03, stream))),
        ];
        RouterTrainingSet set = new(sources, queries, [.. Enumerable.Range(0, 40 * 13).Select(i => i % 3 == 0)]);
        NeuralSourceRouter router = new RouterTrainer(new RouterTrainingOptions { Epochs = 1 }).Train(set, set, stream).Router;
        double[] probabilities = new double[13];
        Print("router-13-sources-us", 1e6 / 2000 * Best(5, () => Repeat(50, () => Each(queries, q => router.Score(q, probabilities)))));
    }

    private static void Fill(VectorIndex index, float[][] vectors)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            index.Add(i.ToString(CultureInfo.InvariantCulture), vectors[i]);
        }
    }

    private static float[] Around(float[] centre, double sigma, RandomStream stream) =>
        [.. centre.Select(v => v + (float)(sigma * stream.NextGaussian()))];

    private static async Task<float[][]> LoadAsync(string path)
    {
        List<float[]> vectors = [];
        await foreach (float[] vector in VectorFile.ReadAsync<float>(path))
        {
            vectors.Add(vector);
        }
        return [.. vectors];
    }

    private static void Each<T>(T[] items, Action<T> action)
    {
        foreach (T item in items)
        {
            action(item);
        }
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    // A first call warms up, so that compiled code is measured.
    private static double Best(int repeats, Action action)
    {
        if (repeats > 1)
        {
            action();
        }
        double best = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            action();
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }
        return best;
    }

    private static void Print(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.####}"));
}
