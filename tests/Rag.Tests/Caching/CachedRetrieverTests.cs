namespace ResearchKit.Rag.Tests.Caching;

/// <summary>The cache before a store: what is answered, what is kept, and what happens when the store does not answer.</summary>
public class CachedRetrieverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static ProximityCacheOptions Options(float tolerance = 0.5f) => new() { Dimension = 2, Tolerance = tolerance };

    [Test]
    public async Task A_near_query_gets_the_cached_documents_and_a_far_one_its_own()
    {
        Store store = new();
        using CachedRetriever cached = new(store, new FlatProximityCache<CachedAnswer>(Options()));
        RetrievalResult first = await cached.SearchAsync(new float[] { 1, 0 }, 2);
        RetrievalResult near = await cached.SearchAsync(new float[] { 1.3f, 0 }, 2);
        RetrievalResult far = await cached.SearchAsync(new float[] { 5, 0 }, 2);
        Assert.That(store.Calls, Is.EqualTo(2));
        Assert.That(near.Ids, Is.EqualTo(first.Ids));
        Assert.That(near.Cache!.Distance, Is.EqualTo(0.3f).Within(1e-6f));
        Assert.That(near.Cache.Tolerance, Is.EqualTo(0.5f));
        Assert.That(far.Cache, Is.Null);
        Assert.That((await cached.SearchAsync(new float[] { 1, 0 }, 3)).Cache, Is.Null, "more documents than are cached");
    }

    [Test]
    public async Task A_batch_is_looked_up_before_its_misses_come_in()
    {
        ReadOnlyMemory<float>[] batch = [new float[] { 1, 0 }, new float[] { 1.1f, 0 }, new float[] { 1.2f, 0 }];
        foreach ((BatchLookup lookup, int calls) in new[] { (BatchLookup.Snapshot, 3), (BatchLookup.Sequential, 1) })
        {
            Store store = new();
            using CachedRetriever cached = new(store, new FlatProximityCache<CachedAnswer>(Options()));
            Assert.That(await cached.SearchBatchAsync(batch, 1, lookup), Has.Count.EqualTo(3));
            Assert.That(store.Calls, Is.EqualTo(calls), lookup.ToString());
        }
    }

    [Test]
    public async Task A_store_that_throws_leaves_the_cache_empty_and_the_next_call_tries_again()
    {
        Store store = new() { Fails = true };
        FlatProximityCache<CachedAnswer> cache = new(Options());
        using CachedRetriever cached = new(store, cache);
        Assert.That(async () => await cached.SearchAsync(new float[] { 1, 0 }, 1), Throws.InstanceOf<IOException>());
        Assert.That(cache.Count, Is.Zero);
        store.Fails = false;
        Assert.That((await cached.SearchAsync(new float[] { 1, 0 }, 1)).Documents, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Misses_near_each_other_share_one_search_and_its_exception()
    {
        foreach (bool fails in new[] { false, true })
        {
            Store store = new() { Gate = new TaskCompletionSource(), Fails = fails };
            using CachedRetriever cached = new(store, new ConcurrentProximityCache<CachedAnswer>(Options()));
            Task<RetrievalResult>[] all =
            [
                .. Enumerable.Range(0, 8).Select(i => cached.SearchAsync(new float[] { 1 + 0.01f * i, 0 }, 1).AsTask()),
            ];
            store.Gate.SetResult();
            foreach (Task<RetrievalResult> one in all)
            {
                if (fails)
                {
                    Assert.That(async () => await one.WaitAsync(Patience), Throws.InstanceOf<IOException>());
                }
                else
                {
                    Assert.That((await one.WaitAsync(Patience)).Documents, Has.Count.EqualTo(1));
                }
            }
            Assert.That(store.Calls, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Who_is_cancelled_leaves_and_the_others_get_the_answer()
    {
        Store store = new() { Gate = new TaskCompletionSource() };
        FlatProximityCache<CachedAnswer> cache = new(Options());
        using CachedRetriever cached = new(store, cache);
        using CancellationTokenSource impatient = new();
        Task<RetrievalResult> first = cached.SearchAsync(new float[] { 1, 0 }, 1, impatient.Token).AsTask();
        Task<RetrievalResult> second = cached.SearchAsync(new float[] { 1.1f, 0 }, 1).AsTask();
        await impatient.CancelAsync();
        Assert.That(async () => await first.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        store.Gate.SetResult();
        Assert.That((await second.WaitAsync(Patience)).Documents, Has.Count.EqualTo(1));
        Assert.That(store.Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task A_search_that_all_have_left_is_cancelled_and_nothing_is_cached()
    {
        Store store = new() { Gate = new TaskCompletionSource() };
        FlatProximityCache<CachedAnswer> cache = new(Options());
        using CachedRetriever cached = new(store, cache);
        using CancellationTokenSource impatient = new();
        Task<RetrievalResult> only = cached.SearchAsync(new float[] { 1, 0 }, 1, impatient.Token).AsTask();
        await impatient.CancelAsync();
        Assert.That(async () => await only.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        await store.Cancelled.Task.WaitAsync(Patience);
        Assert.That(cache.Count, Is.Zero);
    }

    [Test]
    public void Metrics_that_differ_are_refused_by_name() =>
        Assert.That(
            () => new CachedRetriever(new Store(), new FlatProximityCache<CachedAnswer>(Options() with { Metric = VectorMetric.Cosine })),
            Throws.InvalidOperationException.With.Message.Contains("Euclidean").And.Message.Contains("Cosine")
        );

    [Test]
    public async Task What_is_ranked_anew_and_called_exact_is_exact()
    {
        float[][] documents = Vectors.Gaussian(400, 6, 1, RandomStream.Named("exact documents"));
        using FlatIndex index = Vectors.Fill(new FlatIndex(6), documents);
        using CachedRetriever cached = new(
            new IndexRetriever(index),
            new FlatProximityCache<CachedAnswer>(new ProximityCacheOptions { Dimension = 6, Tolerance = 0.3f }),
            new CachedRetrieverOptions { RerankFactor = 8, Documents = index }
        );
        RandomStream stream = RandomStream.Named("exact queries");
        int exact = 0;
        for (int i = 0; i < 500; i++)
        {
            float[] query = [.. documents[i % 20].Select(v => v + (float)(0.03 * stream.NextGaussian()))];
            RetrievalResult found = await cached.SearchAsync(query, 3);
            if (found.Cache is { IsExact: true })
            {
                exact++;
                Assert.That(found.Ids, Is.EqualTo(index.Search(query, 3).Ids));
            }
        }
        Assert.That(exact, Is.GreaterThan(50));
    }

    [Test]
    public async Task A_change_of_the_documents_removes_the_answers_it_can_have_changed_and_no_others()
    {
        float[][] documents = Vectors.Gaussian(300, 4, 1, RandomStream.Named("changed documents"));
        using FlatIndex index = Vectors.Fill(new FlatIndex(4), documents);
        FlatProximityCache<CachedAnswer> cache = new(new ProximityCacheOptions { Dimension = 4, Tolerance = 0.05f });
        using CachedRetriever cached = new(new IndexRetriever(index), cache);
        using IDisposable watching = cached.Watch(index);
        foreach (float[] query in documents.Take(40))
        {
            await cached.SearchAsync(query, 3);
        }
        int before = cache.Count;
        index.Add("new", [.. documents[7].Select(v => v + 0.01f)]);
        Assert.That(cache.Count, Is.LessThan(before).And.GreaterThan(before / 2), "only near entries go");
        Assert.That((await cached.SearchAsync(documents[7], 3)).Ids, Does.Contain("new"));
        index.Remove("new");
        foreach (float[] query in documents.Take(40))
        {
            Assert.That((await cached.SearchAsync(query, 3)).Ids, Is.EqualTo(index.Search(query, 3).Ids));
        }
    }

    [Test]
    public void An_old_entry_does_not_answer()
    {
        Clock clock = new();
        FlatProximityCache<int> cache = new(
            new ProximityCacheOptions
            {
                Dimension = 1,
                Tolerance = 1,
                TimeToLive = TimeSpan.FromMinutes(1),
                Time = clock,
            }
        );
        cache.Add([1], 1);
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.That(cache.TryGet([1], out CacheHit<int> hit), Is.True);
        Assert.That(hit.Age, Is.EqualTo(TimeSpan.FromSeconds(59)));
        clock.Now += TimeSpan.FromSeconds(2);
        Assert.That(cache.TryGet([1], out _), Is.False);
        Assert.That(cache.Count, Is.Zero);
    }

    [Test]
    public void Planted_opposites_make_the_tuner_refuse_and_repetitions_let_it_recommend()
    {
        string[] passages = [.. Enumerable.Range(0, 60).Select(i => $"passage {i} about topic{i} and cause{i}")];
        HashedTfIdfEmbedder embedder = new(TermStatistics.Of(passages), new HashedTfIdfOptions { Dimension = 256 });
        using FlatIndex index = new(256);
        for (int i = 0; i < passages.Length; i++)
        {
            index.Add($"p{i}", embedder.Embed(passages[i]));
        }
        ToleranceTuner tuner = new()
        {
            FalseHitLimit = 0.05,
            K = 1,
            Cache = new ProximityCacheOptions { Dimension = 256, Tolerance = 0 },
        };
        // The same words in other numbers: near to each other, and their documents differ.
        float[][] opposites =
        [
            .. Enumerable.Range(0, 120).Select(i => embedder.Embed($"does topic{i / 2} cause cause{i / 2} passage {(i + i % 2) % 60}")),
        ];
        Assert.That(
            () => tuner.Recommend(opposites[..6], index),
            Throws
                .InstanceOf<ResearchKitException>()
                .With.Property("Code")
                .EqualTo(RagErrors.ToleranceUnsupported)
                .And.Message.Contains("too few")
        );
        float[][] repeated = [.. Enumerable.Range(0, 400).Select(i => embedder.Embed($"passage about topic{i % 60}"))];
        ToleranceRecommendation r = tuner.Recommend(repeated, index);
        Assert.That(r.FalseHits.Value, Is.LessThanOrEqualTo(0.05));
        Assert.That(r.HitRate.Value, Is.GreaterThan(0.5));
    }

    [Test]
    public void A_log_of_opposite_questions_supports_no_loose_tolerance()
    {
        // "A causes B" and "B causes A" have the same words: the distance is small, the wanted documents differ.
        RandomStream stream = RandomStream.Named("opposites");
        using FlatIndex index = new(8);
        List<float[]> log = [];
        for (int pair = 0; pair < 100; pair++)
        {
            float[] middle = Vectors.Unit(8, stream);
            float[] step = [.. Vectors.Unit(8, stream).Select(v => 0.05f * v)];
            float[] one = [.. middle.Zip(step).Select(p => p.First + p.Second)];
            float[] other = [.. middle.Zip(step).Select(p => p.First - p.Second)];
            index.Add($"a{pair}", one);
            index.Add($"b{pair}", other);
            log.AddRange([one, other]);
        }
        ToleranceTuner tuner = new()
        {
            FalseHitLimit = 0.01,
            K = 1,
            Cache = new ProximityCacheOptions { Dimension = 8, Tolerance = 0 },
        };
        Assert.That(
            () => tuner.Recommend(log, index),
            Throws
                .InstanceOf<ResearchKitException>()
                .With.Message.Contains("false")
                .And.Property("Code")
                .EqualTo(RagErrors.ToleranceUnsupported)
        );
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class Store : IRetriever
    {
        private int _calls;

        public int Calls => _calls;

        public bool Fails { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Cancelled { get; } = new();

        public VectorMetric? Metric => VectorMetric.Euclidean;

        public async ValueTask<RetrievalResult> SearchAsync(
            ReadOnlyMemory<float> query,
            int k,
            CancellationToken cancellationToken = default
        )
        {
            int call = Interlocked.Increment(ref _calls);
            if (Gate is not null)
            {
                await using CancellationTokenRegistration told = cancellationToken.Register(() => Cancelled.TrySetResult());
                await Gate.Task.WaitAsync(cancellationToken);
            }
            if (Fails)
            {
                throw new IOException("the store is away");
            }
            return new RetrievalResult(
                [.. Enumerable.Range(0, k).Select(i => new RetrievedDocument($"{call}-{i}", i))],
                ScoreDirection.LowerIsBetter
            );
        }
    }
}
