namespace ResearchKit.Rag.Tests.Indexing;

/// <summary>Both indexes against a search by brute force in double precision, on friendly and on nasty vectors.</summary>
public class IndexTests
{
    [TestCase(VectorMetric.Euclidean, 768)]
    [TestCase(VectorMetric.Cosine, 33)]
    [TestCase(VectorMetric.InnerProduct, 7)]
    public void Flat_search_is_exact(VectorMetric metric, int dimension)
    {
        float[][] vectors = Vectors.Clustered(700, dimension, 20, "flat");
        using FlatIndex index = Vectors.Fill(new FlatIndex(dimension, metric), vectors);
        float[][] queries = Vectors.Clustered(21, dimension, 20, "flat queries");
        Neighbor[][] batch = index.SearchBatch(queries.SelectMany(q => q).ToArray(), 10, threads: 2);
        for (int i = 0; i < queries.Length; i++)
        {
            Neighbor[] exact = Vectors.BruteForce(vectors, queries[i], metric, 10);
            Neighbor[] found = new Neighbor[10];
            Assert.That(index.Search(queries[i], found.AsSpan()), Is.EqualTo(10));
            Assert.That(found.Select(n => n.Row), Is.EqualTo(exact.Select(n => n.Row)));
            Assert.That(found.Select(n => n.Distance), Is.EqualTo(exact.Select(n => n.Distance)).Within(1e-4f));
            Assert.That(batch[i].Select(n => n.Row), Is.EqualTo(exact.Select(n => n.Row)));
        }
    }

    [Test]
    public void Hnsw_finds_the_neighbours_on_clustered_vectors()
    {
        (double recall, _) = Recall(Vectors.Clustered(4000, 64, 100, "hnsw"), Vectors.Clustered(100, 64, 100, "hnsw queries"), 128);
        Assert.That(recall, Is.GreaterThanOrEqualTo(0.95));
    }

    [TestCase("equal")]
    [TestCase("twins")]
    [TestCase("far clusters")]
    [TestCase("line")]
    public void Hnsw_keeps_its_recall_on_nasty_vectors(string kind)
    {
        RandomStream stream = RandomStream.Named("nasty", kind);
        float[][] centres = Vectors.Clustered(10, 16, 10, "nasty centres");
        float[][] vectors =
        [
            .. Enumerable
                .Range(0, 1500)
                .Select(i =>
                    kind switch
                    {
                        "equal" => centres[0],
                        "twins" => centres[i % 10],
                        "line" => [.. Enumerable.Range(0, 16).Select(_ => (float)i)],
                        _ => centres[i % 10].Select(v => 1000 * v + (float)stream.NextGaussian()).ToArray(),
                    }
                ),
        ];
        float[][] queries =
        [
            .. Enumerable.Range(0, 50).Select(i => vectors[i * 29 % 1500].Select(v => v + 0.01f * (float)stream.NextGaussian()).ToArray()),
        ];
        (double recall, HnswIndex index) = Recall(vectors, queries, 64);
        Assert.That(recall, Is.GreaterThanOrEqualTo(0.95));
        Assert.That(index.Search(queries[0], 5000).Documents, Has.Count.EqualTo(1500), "all where fewer are asked for than there are");
    }

    [Test]
    public void What_is_removed_is_not_found_and_may_come_back([Values] bool hnsw)
    {
        float[][] vectors = Vectors.Clustered(300, 12, 5, "remove");
        using VectorIndex index = Vectors.Fill<VectorIndex>(hnsw ? new HnswIndex(12) : new FlatIndex(12), vectors);
        for (int i = 0; i < 290; i++)
        {
            Assert.That(index.Remove($"v{i}"), Is.True);
        }
        Assert.That(index.Remove("v0"), Is.False);
        Assert.That(index.Search(vectors[0], 20).Documents, Has.Count.EqualTo(10));
        index.Add("v0", vectors[0]);
        Assert.That(index.Search(vectors[0], 1).Ids.Single(), Is.EqualTo("v0"));
        Assert.That(index.Count, Is.EqualTo(11));
    }

    [Test]
    public void A_narrow_filter_still_finds_all_it_allows([Values] bool hnsw)
    {
        float[][] vectors = Vectors.Clustered(500, 12, 5, "filter");
        using VectorIndex index = Vectors.Fill<VectorIndex>(hnsw ? new HnswIndex(12) : new FlatIndex(12), vectors);
        RetrievalResult found = index.Search(vectors[3], 5, id => id is "v7" or "v77" or "v477");
        Assert.That(found.Ids, Is.EquivalentTo(new[] { "v7", "v77", "v477" }));
    }

    [Test]
    public void Equal_seeds_give_equal_graphs()
    {
        float[][] vectors = Vectors.Clustered(500, 12, 5, "equal graphs");
        using HnswIndex a = (HnswIndex)Vectors.Fill(new HnswIndex(12), vectors);
        using HnswIndex b = (HnswIndex)Vectors.Fill(new HnswIndex(12), vectors);
        List<int> left = [];
        List<int> right = [];
        a.Graph.Write(500, left.Add);
        b.Graph.Write(500, right.Add);
        Assert.That(left, Is.EqualTo(right));
    }

    [Test]
    public void Wrong_vectors_are_refused_and_change_nothing([Values] bool hnsw)
    {
        using VectorIndex index = hnsw ? new HnswIndex(3, VectorMetric.Cosine) : new FlatIndex(3, VectorMetric.Cosine);
        index.Add("a", [1, 2, 3]);
        Assert.That(() => index.Add("b", [1, 2]), Throws.ArgumentException.With.Message.Contains("2").And.Message.Contains("3"));
        Assert.That(() => index.Add("b", [1, float.NaN, 3]), Throws.ArgumentException.With.Message.Contains("Value 1"));
        Assert.That(() => index.Add("b", [0, 0, 0]), Throws.ArgumentException.With.Message.Contains("direction"));
        Assert.That(() => index.Add("a", [1, 2, 3]), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => index.Search([1, float.PositiveInfinity, 3], 1), Throws.ArgumentException);
        Assert.That(() => index.Search([1, 2, 3], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(index.Count, Is.EqualTo(1));
        Assert.That(index.Search([1, 2, 3], 10).Documents, Has.Count.EqualTo(1));
    }

    private static (double Recall, HnswIndex Index) Recall(float[][] vectors, float[][] queries, int candidates)
    {
        HnswIndex index = (HnswIndex)Vectors.Fill(new HnswIndex(vectors[0].Length), vectors);
        index.SearchCandidates = candidates;
        double found = 0;
        Neighbor[] near = new Neighbor[10];
        foreach (float[] query in queries)
        {
            // By distance: of equal vectors any is right.
            float limit = Vectors.BruteForce(vectors, query, VectorMetric.Euclidean, 10)[^1].Distance * (1 + 1e-4f) + 1e-6f;
            int count = index.Search(query, near.AsSpan());
            found += near.Take(count).Count(n => n.Distance <= limit) / 10.0;
        }
        return (found / queries.Length, index);
    }
}
