using System.Diagnostics.CodeAnalysis;

namespace ResearchKit.Rag;

/// <summary>
/// A cache for each scope: a tenant, a filter, a version of the documents. Answers, and searches under way, are never shared across scopes, however near their queries are. The scopes used longest ago
/// are given up first. Safe for many threads.
/// </summary>
public sealed class ScopedRetriever : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Scope, CachedRetriever Retriever)>> _scopes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Scope, CachedRetriever Retriever)> _byUse = new();
    private readonly Func<string, IRetriever> _inner;
    private readonly Func<string, IApproximateCache<CachedAnswer>> _cache;
    private readonly CachedRetrieverOptions? _options;
    private readonly int _most;

    /// <summary>No scope yet.</summary>
    /// <param name="inner">Gives the retriever of a scope, which searches that scope's documents alone.</param>
    /// <param name="cache">Gives a scope a cache of its own; one that threads may share (<see cref="ConcurrentProximityCache{TValue}"/>).</param>
    /// <param name="options">How answers are cached; null for the defaults. Without an audit: a tolerance found in one scope is none for another.</param>
    /// <param name="mostScopes">How many scopes are kept, at least 1. Default 1000.</param>
    /// <exception cref="ArgumentException">The options hold an audit.</exception>
    public ScopedRetriever(
        Func<string, IRetriever> inner,
        Func<string, IApproximateCache<CachedAnswer>> cache,
        CachedRetrieverOptions? options = null,
        int mostScopes = 1000
    )
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostScopes, 1);
        if (options?.Audit is not null)
        {
            throw new ArgumentException("An audited tolerance belongs to one cache; scopes cannot share it.", nameof(options));
        }
        (_inner, _cache, _options, _most) = (inner, cache, options, mostScopes);
    }

    /// <summary>The scopes that are kept, the one used last first.</summary>
    public IReadOnlyList<string> Scopes
    {
        get
        {
            lock (_lock)
            {
                return [.. _byUse.Select(scope => scope.Scope)];
            }
        }
    }

    /// <summary>What the caches of all scopes that are kept have done.</summary>
    public CacheStatistics Statistics => All().Aggregate(default(CacheStatistics), (sum, retriever) => sum + retriever.Statistics);

    /// <summary>Finds documents of a scope.</summary>
    /// <param name="scope">The scope; compared exactly.</param>
    /// <param name="query">The query's embedding.</param>
    /// <param name="k">How many documents at most; at least 1.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<RetrievalResult> SearchAsync(
        string scope,
        ReadOnlyMemory<float> query,
        int k,
        CancellationToken cancellationToken = default
    ) => Of(scope).SearchAsync(query, k, cancellationToken);

    /// <summary>The cached retriever of a scope; made at its first use.</summary>
    /// <param name="scope">The scope; compared exactly.</param>
    public CachedRetriever Of(string scope)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        lock (_lock)
        {
            if (_scopes.TryGetValue(scope, out LinkedListNode<(string Scope, CachedRetriever Retriever)>? known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value.Retriever;
            }
            CachedRetriever made = new(_inner(scope), _cache(scope), _options);
            _scopes[scope] = _byUse.AddFirst((scope, made));
            if (_scopes.Count > _most)
            {
                Forget(_byUse.Last!);
            }
            return made;
        }
    }

    /// <summary>Forgets a scope, with all that is cached for it.</summary>
    /// <param name="scope">The scope.</param>
    /// <returns>Whether it was kept.</returns>
    public bool Remove(string scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        lock (_lock)
        {
            if (!_scopes.TryGetValue(scope, out LinkedListNode<(string Scope, CachedRetriever Retriever)>? known))
            {
                return false;
            }
            Forget(known);
            return true;
        }
    }

    /// <summary>Removes from all scopes the entries that a change of documents they share can have made wrong.</summary>
    /// <param name="change">The change.</param>
    /// <returns>How many entries were removed.</returns>
    public int Invalidate(DocumentChange change) => All().Sum(retriever => retriever.Invalidate(change));

    /// <summary>Forgets all scopes and ends their metrics.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            while (_byUse.Last is { } last)
            {
                Forget(last);
            }
        }
    }

    private CachedRetriever[] All()
    {
        lock (_lock)
        {
            return [.. _byUse.Select(scope => scope.Retriever)];
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Searches under way end by themselves; the metrics alone are disposed.")]
    private void Forget(LinkedListNode<(string Scope, CachedRetriever Retriever)> scope)
    {
        _byUse.Remove(scope);
        _scopes.Remove(scope.Value.Scope);
        scope.Value.Retriever.Dispose();
    }
}
