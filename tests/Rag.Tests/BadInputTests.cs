namespace ResearchKit.Rag.Tests;

/// <summary>What is wrong is refused with a message that says what and where, and changes nothing.</summary>
public class BadInputTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "rag-bad-input", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(_folder);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_cache_refuses_queries_it_cannot_compare()
    {
        FlatProximityCache<int> cache = new(
            new ProximityCacheOptions
            {
                Dimension = 2,
                Tolerance = 1,
                Metric = VectorMetric.Cosine,
            }
        );
        Assert.That(() => cache.TryGet([1], out _), Throws.ArgumentException.With.Message.Contains("1").And.Message.Contains("2"));
        Assert.That(() => cache.Add([1, float.NaN], 1), Throws.ArgumentException.With.Message.Contains("Value 1"));
        Assert.That(() => cache.Add([0, 0], 1), Throws.ArgumentException);
        Assert.That(() => cache.Add([1, 0], 1, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(cache.Count, Is.Zero);
        Assert.That(cache.Statistics.Inserts, Is.Zero);
    }

    [Test]
    public void Options_out_of_range_are_refused_when_they_are_made()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new ProximityCacheOptions { Dimension = 2, Tolerance = -1 },
                Throws.InstanceOf<ArgumentOutOfRangeException>()
            );
            Assert.That(
                () => new ProximityCacheOptions { Dimension = 2, Tolerance = float.NaN },
                Throws.InstanceOf<ArgumentOutOfRangeException>()
            );
            Assert.That(() => new ProximityCacheOptions { Dimension = 0, Tolerance = 1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () =>
                    new ProximityCacheOptions
                    {
                        Dimension = 2,
                        Tolerance = 1,
                        Capacity = 0,
                    },
                Throws.InstanceOf<ArgumentOutOfRangeException>()
            );
            Assert.That(() => new LshOptions { Hyperplanes = 31 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LshOptions { BucketCapacity = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new CachedRetrieverOptions { RerankFactor = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () =>
                    new LshProximityCache<int>(
                        new ProximityCacheOptions { Dimension = 2, Tolerance = 1 },
                        new LshOptions { Hyperplanes = 2, Probes = 3 }
                    ),
                Throws.ArgumentException
            );
            Assert.That(() => new HnswOptions { Links = 1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new FlatIndex(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Sources_without_centroid_encoder_or_name_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () =>
                    new SourceProfile
                    {
                        Name = "a",
                        Encoder = "e",
                        Centroid = default,
                    },
                Throws.ArgumentException.With.Message.Contains("centroid")
            );
            Assert.That(
                () =>
                    new SourceProfile
                    {
                        Name = "a",
                        Encoder = "",
                        Centroid = new float[1],
                    },
                Throws.ArgumentException
            );
            SourceProfile a = new()
            {
                Name = "a",
                Encoder = "e",
                Centroid = new float[2],
            };
            Assert.That(
                () => new RouterTrainingSet([a, a], [new QueryEmbeddings("e", new float[2])], [true, false]),
                Throws.ArgumentException.With.Message.Contains("'a'")
            );
            Assert.That(
                () => new RouterTrainingSet([a], [new QueryEmbeddings("other", new float[2])], [true]),
                Throws.ArgumentException.With.Message.Contains("'e'")
            );
        });
    }

    [Test]
    public async Task A_source_that_fails_or_is_late_is_left_out_and_named()
    {
        FederatedRetriever federation = new(
            [Source("good"), Source("broken", fails: true), Source("slow", delay: TimeSpan.FromSeconds(30))],
            new AllRouter(["good", "broken", "slow"]),
            deadline: TimeSpan.FromMilliseconds(200)
        );
        RetrievalResult found = await federation.SearchAsync(new float[2], 3);
        Assert.That(found.Documents.Select(d => d.Source).Distinct(), Is.EqualTo(new[] { "good" }));
        Assert.That(found.PartialFailures.Select(f => (f.Source, f.TimedOut)), Is.EqualTo(new[] { ("broken", false), ("slow", true) }));
        FederatedRetriever broken = new([Source("a", fails: true), Source("b", fails: true)], new AllRouter(["a", "b"]));
        Assert.That(async () => await broken.SearchAsync(new float[2], 3), Throws.InstanceOf<AggregateException>());
        FederatedRetriever none = new([Source("good")], new NoneRouter(["good"]));
        Assert.That((await none.SearchAsync(new float[2], 3)).Reason, Does.Contain("chose no source"));
    }

    [Test]
    public void Distances_and_similarities_are_not_merged_by_score() =>
        Assert.That(
            () =>
                new ScoreMerger().Merge(
                    [
                        new SourceResult("a", new RetrievalResult([new RetrievedDocument("x", 1)], ScoreDirection.HigherIsBetter)),
                        new SourceResult("b", new RetrievalResult([new RetrievedDocument("y", 1)], ScoreDirection.LowerIsBetter)),
                    ],
                    2
                ),
            Throws.InvalidOperationException
        );

    [Test]
    public void A_damaged_index_is_refused_whatever_is_damaged([Values] bool hnsw)
    {
        string path = Path.Combine(_folder, "index");
        float[][] vectors = Vectors.Clustered(60, 5, 3, "file");
        using (VectorIndex index = Vectors.Fill<VectorIndex>(hnsw ? new HnswIndex(5) : new FlatIndex(5), vectors))
        {
            index.Remove("v3");
            IndexFile.Save(index, path);
            using VectorIndex read = IndexFile.Open(path);
            Assert.That(read.Count, Is.EqualTo(59));
            Assert.That(read.Search(vectors[9], 10).Ids, Is.EqualTo(index.Search(vectors[9], 10).Ids));
            read.Add("more", vectors[9]);
            Assert.That(read.Search(vectors[9], 2).Ids, Is.EquivalentTo(new[] { "v9", "more" }));
        }
        byte[] whole = File.ReadAllBytes(path);
        foreach (int cut in new[] { 0, 3, 63, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..cut]);
            Assert.That(() => IndexFile.Open(path), Throws.InstanceOf<InvalidDataException>(), $"cut at {cut}");
        }
        RandomStream stream = RandomStream.Named("damage");
        for (int i = 0; i < 100; i++)
        {
            byte[] damaged = [.. whole];
            damaged[stream.NextInt(whole.Length)] ^= (byte)(1 << stream.NextInt(8));
            File.WriteAllBytes(path, damaged);
            Assert.That(() => IndexFile.Open(path), Throws.InstanceOf<InvalidDataException>());
        }
    }

    [Test]
    public async Task Files_with_a_wrong_line_are_refused_with_the_line()
    {
        string corpus = Path.Combine(_folder, "corpus.jsonl");
        await File.WriteAllTextAsync(corpus, "{\"_id\":\"a\",\"text\":\"x\"}\r\n{\"_id\":\"a\",\"text\":\"y\"}\r\n");
        Assert.That(
            async () => await BeirDataset.LoadCorpusAsync(corpus),
            Throws.InstanceOf<MalformedFileException>().With.Property("Line").EqualTo(2)
        );
        Assert.That((await BeirDataset.LoadCorpusAsync(corpus, DuplicateIds.LastWins)).Single().Text, Is.EqualTo("y"));
        await File.WriteAllTextAsync(corpus, "\uFEFF{\"_id\":\"a\",\"title\":\"T\",\"text\":\"x\"}\n{\"_id\":\"b\"\n");
        Assert.That(
            async () => await BeirDataset.LoadCorpusAsync(corpus),
            Throws.InstanceOf<MalformedFileException>().With.Property("Line").EqualTo(2)
        );

        string mmlu = Path.Combine(_folder, "mmlu.csv");
        await File.WriteAllTextAsync(mmlu, "\"What,\nreally?\",a,b,c,d,B\nNext?,a,b,c,d,2\n");
        Assert.That((await MmluFile.LoadAsync(mmlu)).Select(q => q.Answer), Is.EqualTo(new[] { 1, 2 }));
        await File.WriteAllTextAsync(mmlu, "question,choice0,choice1,choice2,choice3,answer\nWhat?,a,b,c,d,E\n");
        Assert.That(
            async () => await MmluFile.LoadAsync(mmlu),
            Throws.InstanceOf<MalformedFileException>().With.Property("Line").EqualTo(2)
        );

        string labels = Path.Combine(_folder, "labels.json");
        await File.WriteAllTextAsync(labels, "{\"q1\":[\"pubmed\",\"nowhere\"],\"q9\":[\"pubmed\"]}");
        Assert.That(
            async () => await MirageBenchmark.LoadLabelsAsync(labels, ["q1"], MirageBenchmark.Corpora),
            Throws.InstanceOf<ResearchKitException>().With.Message.Contains("nowhere").And.Message.Contains("q9")
        );
        Assert.That(
            (await MirageBenchmark.LoadLabelsAsync(labels, ["q1"], MirageBenchmark.Corpora, lenient: true))["q1"],
            Is.EquivalentTo(new[] { "pubmed" })
        );
    }

    [Test]
    public void A_text_without_a_word_is_refused_unless_a_zero_vector_is_wanted()
    {
        TermStatistics terms = TermStatistics.Of(["a word"]);
        Assert.That(() => new HashedTfIdfEmbedder(terms).Embed("!?"), Throws.ArgumentException.With.Message.Contains("no word"));
        Assert.That(new HashedTfIdfEmbedder(terms, new HashedTfIdfOptions { EmptyText = EmptyText.ZeroVector }).Embed("!?"), Is.All.Zero);
        Assert.That(() => TermStatistics.Of([]), Throws.ArgumentException);
    }

    [Test]
    public void Validation_pairs_of_one_class_give_one_half() =>
        Assert.That(RouterThreshold.Youden.Choose([true, true], [0.2, 0.9], 2), Is.EqualTo(0.5));

    private static RetrievalSource Source(string name, bool fails = false, TimeSpan delay = default) =>
        new(
            new SourceProfile
            {
                Name = name,
                Encoder = "e",
                Centroid = new float[] { 1, 0 },
            },
            new Answering(name, fails, delay)
        );

    private sealed class Answering(string name, bool fails, TimeSpan delay) : IRetriever
    {
        public async ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken ct = default)
        {
            await Task.Delay(delay, ct);
            return fails
                ? throw new IOException($"{name} is broken")
                : new RetrievalResult([new RetrievedDocument($"{name}-1", 1)], ScoreDirection.HigherIsBetter);
        }
    }
}
