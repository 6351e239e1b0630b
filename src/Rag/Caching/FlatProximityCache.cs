using System.Buffers;

namespace ResearchKit.Rag;

/// <summary>
/// Proximity with a linear scan (arXiv:2503.05530, section 3, Algorithm 1): a query is compared with all cached queries; the nearest that is within its tolerance
/// answers. Keys lie side by side; a comparison stops as soon as it can neither match nor win. A lookup allocates nothing.
/// </summary>
/// <remarks>The tolerance is kept per entry, as in the authors' code; it is what makes adaptive tolerances possible.</remarks>
/// <typeparam name="TValue">What is cached.</typeparam>
public sealed unsafe class FlatProximityCache<TValue> : IApproximateCache<TValue>
{
    private readonly ProximityCacheOptions _options;
    private readonly VectorRows _keys;
    private readonly Slot[] _slots;
    private readonly int _capacity;
    private int _oldest = -1; // first to go: oldest insertion, or least recently used
    private int _newest = -1;
    private int _free = -1; // a chain of released slots
    private int _used; // slots that have ever held an entry
    private long _next;
    private CacheStatistics _statistics;

    /// <summary>An empty cache.</summary>
    /// <param name="options">The options.</param>
    public FlatProximityCache(ProximityCacheOptions options)
        : this(options, (options ?? throw new ArgumentNullException(nameof(options))).Capacity) { }

    internal FlatProximityCache(ProximityCacheOptions options, int capacity)
    {
        (_options, _capacity) = (options, capacity);
        _keys = new VectorRows(options.Dimension);
        _slots = new Slot[capacity];
        Clear();
    }

    /// <summary>The options.</summary>
    public ProximityCacheOptions Options => _options;

    /// <inheritdoc/>
    public int Dimension => _options.Dimension;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public CacheStatistics Statistics => _statistics;

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<float> query, out CacheHit<TValue> hit)
    {
        VectorKernel.Check(query, Dimension, Metric, nameof(query));
        float[] memory = ArrayPool<float>.Shared.Rent(_keys.Stride + VectorKernel.Line);
        fixed (float* start = memory)
        {
            float* padded = Align(start);
            Pad(query, padded);
            bool found = TryGet(padded, out hit);
            ArrayPool<float>.Shared.Return(memory);
            return found;
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> key, TValue value, float? tolerance = null)
    {
        VectorKernel.Check(key, Dimension, Metric, nameof(key));
        float own = ProximityCacheOptions.CheckTolerance(tolerance ?? _options.Tolerance, nameof(tolerance));
        float[] memory = ArrayPool<float>.Shared.Rent(_keys.Stride + VectorKernel.Line);
        fixed (float* start = memory)
        {
            float* padded = Align(start);
            Pad(key, padded);
            Add(padded, value, own);
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    /// <inheritdoc/>
    public int RemoveWhere(CacheEntryPredicate<TValue> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        int removed = 0;
        for (int slot = _oldest; slot >= 0; )
        {
            int next = _slots[slot].Newer;
            if (predicate(new CacheEntry<TValue>(_keys.Vector(slot), _slots[slot].Value, _slots[slot].Tolerance)))
            {
                Release(slot);
                removed++;
            }
            slot = next;
        }
        _statistics = _statistics with { Removals = _statistics.Removals + removed };
        return removed;
    }

    /// <inheritdoc/>
    public void Clear()
    {
        Array.Clear(_slots);
        (_oldest, _newest, _free, _used, _next, Count, _statistics) = (-1, -1, -1, 0, 0, 0, default);
    }

    internal bool TryGet(float* query, out CacheHit<TValue> hit)
    {
        int best = Nearest(query, -1, float.PositiveInfinity, out float distance);
        if (best < 0)
        {
            _statistics = _statistics with { Misses = _statistics.Misses + 1 };
            hit = default;
            return false;
        }
        hit = Take(best, distance);
        _statistics = _statistics with { Hits = _statistics.Hits + 1 };
        return true;
    }

    /// <summary>The slot that matches and is nearer than what was found elsewhere, or -1. Distances as <see cref="Compared"/>.</summary>
    internal int Nearest(float* query, int best, float bestDistance, out float distance)
    {
        long now = _options.TimeToLive is null ? 0 : _options.Time.GetTimestamp();
        long bestOrder = long.MaxValue;
        // Slots fill from the front; up to _used of them have ever held an entry.
        for (int slot = 0; slot < _used; slot++)
        {
            ref Slot entry = ref _slots[slot];
            if (!entry.Occupied)
            {
                continue;
            }
            float limit = Math.Min(entry.Limit, bestDistance);
            float d = Compared(query, slot, limit);
            bool matches = _options.Comparison == MatchComparison.Inclusive ? d <= entry.Limit : d < entry.Limit;
            if (!matches || d > bestDistance || (d == bestDistance && entry.Order > bestOrder))
            {
                continue;
            }
            if (_options.TimeToLive is { } life && _options.Time.GetElapsedTime(entry.Inserted, now) > life)
            {
                Release(slot);
                _statistics = _statistics with { Removals = _statistics.Removals + 1 };
                continue;
            }
            (best, bestDistance, bestOrder) = (slot, d, entry.Order);
        }
        distance = bestDistance;
        return best;
    }

    internal CacheHit<TValue> Take(int slot, float compared)
    {
        if (_options.Eviction == EvictionPolicy.Lru)
        {
            Unlink(slot);
            Append(slot);
        }
        ref Slot entry = ref _slots[slot];
        float distance = Metric switch
        {
            VectorMetric.Euclidean => MathF.Sqrt(compared),
            VectorMetric.Cosine => compared / 2,
            _ => compared,
        };
        return new CacheHit<TValue>(entry.Value, distance, entry.Tolerance, _options.Time.GetElapsedTime(entry.Inserted));
    }

    internal long OrderOf(int slot) => _slots[slot].Order;

    internal void Add(float* key, TValue value, float tolerance)
    {
        if (_options.Duplicates == DuplicateKeys.Replace && SlotOf(key) is var same and >= 0)
        {
            Release(same);
            _statistics = _statistics with { Removals = _statistics.Removals + 1 };
        }
        else if (Count == _capacity)
        {
            Release(_oldest);
            _statistics = _statistics with { Evictions = _statistics.Evictions + 1 };
        }
        int slot = _free >= 0 ? _free : _used++;
        _free = _free >= 0 ? _slots[slot].Newer : -1;
        _keys.Set(slot, new ReadOnlySpan<float>(key, Dimension));
        _slots[slot] = new Slot
        {
            Value = value,
            Tolerance = tolerance,
            // What the compared quantity is held against: squared, halved squares, or plain.
            Limit = Metric switch
            {
                VectorMetric.Euclidean => tolerance * tolerance,
                VectorMetric.Cosine => 2 * tolerance,
                _ => tolerance,
            },
            Order = _next++,
            Inserted = _options.Time.GetTimestamp(),
            Occupied = true,
        };
        Append(slot);
        Count++;
        _statistics = _statistics with { Inserts = _statistics.Inserts + 1 };
    }

    internal static float* Align(float* start) => (float*)(((nint)start + 63) & ~63);

    internal void Pad(ReadOnlySpan<float> query, float* to)
    {
        Span<float> padded = new(to, _keys.Stride);
        query.CopyTo(padded);
        padded[query.Length..].Clear();
        if (Metric == VectorMetric.Cosine)
        {
            VectorIndex.Normalize(to, Dimension);
        }
    }

    // Squared L2 distance (of unit vectors twice the cosine distance), or 1 - inner product.
    private float Compared(float* query, int slot, float limit) =>
        Metric == VectorMetric.InnerProduct
            ? 1 - VectorKernel.Dot(query, _keys.Row(slot), _keys.Stride)
            : VectorKernel.SquaredDistance(query, _keys.Row(slot), _keys.Stride, limit);

    private int SlotOf(float* key)
    {
        ReadOnlySpan<int> bits = new(key, Dimension);
        for (int slot = 0; slot < _used; slot++)
        {
            if (_slots[slot].Occupied && new ReadOnlySpan<int>(_keys.Row(slot), Dimension).SequenceEqual(bits))
            {
                return slot;
            }
        }
        return -1;
    }

    private void Append(int slot)
    {
        (_slots[slot].Older, _slots[slot].Newer) = (_newest, -1);
        if (_newest >= 0)
        {
            _slots[_newest].Newer = slot;
        }
        _newest = slot;
        _oldest = _oldest < 0 ? slot : _oldest;
    }

    private void Unlink(int slot)
    {
        (int older, int newer) = (_slots[slot].Older, _slots[slot].Newer);
        if (older >= 0)
        {
            _slots[older].Newer = newer;
        }
        else
        {
            _oldest = newer;
        }
        if (newer >= 0)
        {
            _slots[newer].Older = older;
        }
        else
        {
            _newest = older;
        }
    }

    private void Release(int slot)
    {
        Unlink(slot);
        _slots[slot] = new Slot { Newer = _free, Older = -1 };
        _free = slot;
        Count--;
    }

    private struct Slot
    {
        public TValue Value;
        public float Tolerance;
        public float Limit;
        public long Order;
        public long Inserted;
        public int Older;
        public int Newer;
        public bool Occupied;
    }
}
