namespace ResearchKit.Rag.Tests.Caching;

/// <summary>Tenants never see each other's answers.</summary>
public class ScopedRetrieverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static ScopedRetriever Scopes(int most = 10) =>
        new(
            scope =>
            {
                FlatIndex index = new(2);
                index.Add($"of {scope}", new float[] { 1, 0 });
                return new IndexRetriever(index);
            },
            _ => new ConcurrentProximityCache<CachedAnswer>(new() { Dimension = 2, Tolerance = 1 }),
            mostScopes: most
        );

    [Test]
    public async Task Equal_queries_of_two_scopes_get_their_own_answers_from_their_own_caches()
    {
        using ScopedRetriever scopes = Scopes();
        foreach (string scope in (string[])["a", "b", "a", "b"])
        {
            RetrievalResult result = await scopes.SearchAsync(scope, new float[] { 1, 0 }, 1);
            Assert.That(result.Ids, Is.EqualTo(new[] { $"of {scope}" }));
        }
        Assert.That(scopes.Of("a").Statistics.Hits, Is.EqualTo(1));
        Assert.That(scopes.Of("b").Statistics.Hits, Is.EqualTo(1));
        Assert.That(scopes.Scopes, Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public async Task The_scope_used_longest_ago_goes_first_and_a_removed_one_begins_anew()
    {
        using ScopedRetriever scopes = Scopes(most: 2);
        await scopes.SearchAsync("a", new float[] { 1, 0 }, 1);
        await scopes.SearchAsync("b", new float[] { 1, 0 }, 1);
        await scopes.SearchAsync("a", new float[] { 1, 0 }, 1);
        await scopes.SearchAsync("c", new float[] { 1, 0 }, 1);
        Assert.That(scopes.Scopes, Is.EqualTo(new[] { "c", "a" }));
        Assert.That(scopes.Of("a").Statistics.Hits, Is.EqualTo(1));
        Assert.That(scopes.Remove("a"), Is.True);
        Assert.That(scopes.Remove("a"), Is.False);
        Assert.That(scopes.Of("a").Statistics.Hits, Is.Zero);
    }

    [Test]
    public async Task A_change_of_shared_documents_reaches_all_scopes()
    {
        using ScopedRetriever scopes = Scopes();
        await scopes.SearchAsync("a", new float[] { 1, 0 }, 1);
        await scopes.SearchAsync("b", new float[] { 1, 0 }, 1);
        Assert.That(scopes.Invalidate(new DocumentChange("new", new float[] { 1, 0 }, Removed: false)), Is.EqualTo(2));
    }

    [Test]
    public async Task Many_threads_make_a_scope_once()
    {
        int made = 0;
        using ScopedRetriever scopes = new(
            _ => new IndexRetriever(new FlatIndex(2)),
            _ =>
            {
                Interlocked.Increment(ref made);
                return new ConcurrentProximityCache<CachedAnswer>(new() { Dimension = 2, Tolerance = 1 });
            }
        );
        await Task.WhenAll(
                Enumerable.Range(0, 200).Select(i => Task.Run(() => scopes.SearchAsync($"{i % 4}", new float[] { i, 0 }, 1).AsTask()))
            )
            .WaitAsync(Patience);
        Assert.That(made, Is.EqualTo(4));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Assert.That(() => Scopes(most: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using ScopedRetriever scopes = Scopes();
        Assert.That(() => scopes.Of(""), Throws.ArgumentException);
        Assert.That(
            () =>
                new ScopedRetriever(
                    _ => new IndexRetriever(new FlatIndex(2)),
                    _ => new ConcurrentProximityCache<CachedAnswer>(new() { Dimension = 2, Tolerance = 1 }),
                    new() { Audit = new AuditedTolerance(new() { MaxTolerance = 1 }) }
                ),
            Throws.ArgumentException.With.Message.Contains("one cache")
        );
    }
}
