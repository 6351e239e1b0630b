using System.Buffers;
using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// Proximity with locality-sensitive hashing (the extended version of arXiv:2503.05530): random hyperplanes give each vector a signature, entries with equal signatures share a small
/// bucket, and a lookup scans one bucket, whatever the number of entries. Two vectors at angle theta share a bucket with probability (1 - theta/pi)^L.
/// </summary>
/// <typeparam name="TValue">What is cached.</typeparam>
public sealed unsafe class LshProximityCache<TValue> : IApproximateCache<TValue>
{
    private readonly ProximityCacheOptions _options;
    private readonly LshOptions _lsh;
    private readonly VectorRows _planes;
    private readonly Dictionary<int, FlatProximityCache<TValue>> _buckets = [];
    private CacheStatistics _lookups;

    /// <summary>An empty cache.</summary>
    /// <param name="options">The options; <see cref="LshOptions.BucketCapacity"/> takes the place of the capacity.</param>
    /// <param name="lsh">The hyperplanes; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are more probes than hyperplanes.</exception>
    public LshProximityCache(ProximityCacheOptions options, LshOptions? lsh = null)
        : this(options, lsh ?? new LshOptions(), null) { }

    /// <summary>An empty cache with hyperplanes of the caller's.</summary>
    /// <param name="options">The options.</param>
    /// <param name="lsh">The bucket capacity and probes; the number of hyperplanes is that of <paramref name="planes"/>.</param>
    /// <param name="planes">The normal vectors, each of the options' dimension.</param>
    /// <exception cref="ArgumentException">A plane has another dimension, or there are more than 30.</exception>
    public LshProximityCache(ProximityCacheOptions options, LshOptions lsh, IReadOnlyList<float[]>? planes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lsh);
        _options = options;
        _lsh = planes is null ? lsh : lsh with { Hyperplanes = planes.Count };
        if (_lsh.Probes > _lsh.Hyperplanes)
        {
            throw new ArgumentException($"{_lsh.Probes} probes flip one bit each of {_lsh.Hyperplanes}.", nameof(lsh));
        }
        _planes = new VectorRows(options.Dimension);
        RandomStream stream = RandomStream.Named("proximity", "hyperplanes", lsh.Seed.ToString(CultureInfo.InvariantCulture));
        double[] normal = new double[options.Dimension];
        for (int plane = 0; plane < _lsh.Hyperplanes; plane++)
        {
            if (planes is null)
            {
                stream.FillGaussian(normal);
            }
            float[] vector = planes is null ? [.. normal.Select(v => (float)v)] : planes[plane];
            VectorKernel.Check(vector, options.Dimension, VectorMetric.Euclidean, $"planes[{plane}]");
            _planes.Set(plane, vector);
        }
    }

    /// <summary>The options.</summary>
    public ProximityCacheOptions Options => _options;

    /// <inheritdoc/>
    public int Dimension => _options.Dimension;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <inheritdoc/>
    public int Count => _buckets.Values.Sum(b => b.Count);

    /// <summary>The number of buckets that have been made.</summary>
    public int BucketCount => _buckets.Count;

    /// <inheritdoc/>
    public CacheStatistics Statistics =>
        _buckets.Values.Aggregate(_lookups, (sum, b) => sum + (b.Statistics with { Hits = 0, Misses = 0 }));

    /// <summary>The signature of a vector: bit j is set if it lies on the positive side of hyperplane j, or on it.</summary>
    /// <exception cref="ArgumentException">As for <see cref="TryGet(ReadOnlySpan{float}, out CacheHit{TValue})"/>.</exception>
    public int Signature(ReadOnlySpan<float> vector)
    {
        VectorKernel.Check(vector, Dimension, Metric, nameof(vector));
        float[] memory = ArrayPool<float>.Shared.Rent(_planes.Stride + VectorKernel.Line);
        fixed (float* start = memory)
        {
            float* padded = FlatProximityCache<TValue>.Align(start);
            Pad(vector, padded);
            int signature = SignatureOf(padded, default);
            ArrayPool<float>.Shared.Return(memory);
            return signature;
        }
    }

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<float> query, out CacheHit<TValue> hit)
    {
        VectorKernel.Check(query, Dimension, Metric, nameof(query));
        float[] memory = ArrayPool<float>.Shared.Rent(_planes.Stride + VectorKernel.Line);
        fixed (float* start = memory)
        {
            float* padded = FlatProximityCache<TValue>.Align(start);
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
        float[] memory = ArrayPool<float>.Shared.Rent(_planes.Stride + VectorKernel.Line);
        fixed (float* start = memory)
        {
            float* padded = FlatProximityCache<TValue>.Align(start);
            Pad(key, padded);
            int signature = SignatureOf(padded, default);
            if (!_buckets.TryGetValue(signature, out FlatProximityCache<TValue>? bucket))
            {
                bucket = new FlatProximityCache<TValue>(_options, _lsh.BucketCapacity);
                _buckets.Add(signature, bucket);
            }
            bucket.Add(padded, value, own);
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    /// <inheritdoc/>
    public int RemoveWhere(CacheEntryPredicate<TValue> predicate) => _buckets.Values.Sum(b => b.RemoveWhere(predicate));

    /// <inheritdoc/>
    public void Clear()
    {
        _buckets.Clear();
        _lookups = default;
    }

    private bool TryGet(float* query, out CacheHit<TValue> hit)
    {
        Span<float> sides = stackalloc float[_lsh.Hyperplanes];
        int signature = SignatureOf(query, sides);
        FlatProximityCache<TValue>? owner = null;
        int best = -1;
        float distance = float.PositiveInfinity;
        for (int probe = 0; probe <= _lsh.Probes; probe++)
        {
            int flipped = signature;
            if (probe > 0)
            {
                int nearest = NearestPlane(sides);
                sides[nearest] = float.PositiveInfinity;
                flipped ^= 1 << nearest;
            }
            if (_buckets.TryGetValue(flipped, out FlatProximityCache<TValue>? bucket))
            {
                int slot = bucket.Nearest(query, -1, distance, out float d);
                // At equal distance the bucket of the query's own signature wins, then that of the nearer plane.
                if (slot >= 0 && (best < 0 || d < distance))
                {
                    (owner, best, distance) = (bucket, slot, d);
                }
            }
        }
        _lookups = best >= 0 ? _lookups with { Hits = _lookups.Hits + 1 } : _lookups with { Misses = _lookups.Misses + 1 };
        hit = best >= 0 ? owner!.Take(best, distance) : default;
        return best >= 0;
    }

    private int SignatureOf(float* padded, Span<float> sides)
    {
        int signature = 0;
        for (int plane = 0; plane < _lsh.Hyperplanes; plane++)
        {
            float side = VectorKernel.Dot(padded, _planes.Row(plane), _planes.Stride);
            signature |= side >= 0 ? 1 << plane : 0;
            if (!sides.IsEmpty)
            {
                sides[plane] = Math.Abs(side);
            }
        }
        return signature;
    }

    private static int NearestPlane(ReadOnlySpan<float> sides)
    {
        int nearest = 0;
        for (int plane = 1; plane < sides.Length; plane++)
        {
            nearest = sides[plane] < sides[nearest] ? plane : nearest;
        }
        return nearest;
    }

    private void Pad(ReadOnlySpan<float> query, float* to)
    {
        Span<float> padded = new(to, _planes.Stride);
        query.CopyTo(padded);
        padded[query.Length..].Clear();
        if (Metric == VectorMetric.Cosine)
        {
            VectorIndex.Normalize(to, Dimension);
        }
    }
}
