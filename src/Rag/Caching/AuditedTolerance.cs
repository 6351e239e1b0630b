using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// A tolerance found while a cache works (beyond arXiv:2503.05530, where it is a constant): the largest at which the answers that other queries left hold, in the mean and with a stated confidence, a
/// wanted share of the documents that the store would have found. Give it to <see cref="CachedRetrieverOptions.Audit"/>. Safe for many threads.
/// </summary>
/// <remarks>
/// It begins at zero, where only equal queries are answered; those need no audit and do not count. What it learns costs little: a query beyond the tolerance is searched anyway, so its nearest cached answer
/// is compared for nothing; of the hits a share is searched too. Each range of distances has a lower bound of its mean overlap that holds at all times at once, at a level divided among the ranges; ranges
/// are weighted by their lookups. It is a promise for queries and documents that keep their distribution; after a change make a new one.
/// </remarks>
public sealed class AuditedTolerance
{
    private readonly Lock _lock = new();
    private readonly RandomStream _random;
    private readonly float[] _upTo;
    private readonly long[] _lookups;
    private readonly MeanLowerBound[] _overlaps;
    private float _tolerance;
    private double _bound = 1;

    /// <summary>A tolerance that begins at zero.</summary>
    /// <param name="options">What is promised.</param>
    /// <param name="random">Draws the hits that are audited; null: a stream of its own.</param>
    public AuditedTolerance(AuditedToleranceOptions options, RandomStream? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, _random) = (options, random ?? RandomStream.Named("rag", "audited-tolerance"));
        _upTo = [.. Enumerable.Range(1, options.Ranges).Select(i => options.MaxTolerance * i / options.Ranges)];
        _lookups = new long[options.Ranges];
        _overlaps = [.. _upTo.Select(_ => new MeanLowerBound((1 - options.Confidence) / options.Ranges))];
    }

    /// <summary>What is promised.</summary>
    public AuditedToleranceOptions Options { get; }

    /// <summary>Cached answers of queries up to this distance are given.</summary>
    public float Tolerance => Volatile.Read(ref _tolerance);

    /// <summary>What the mean overlap of the answers given to unequal queries is above; 1 at tolerance zero, where there are none.</summary>
    public double LowerBound
    {
        get
        {
            lock (_lock)
            {
                return _bound;
            }
        }
    }

    /// <summary>What is known, nearest range first.</summary>
    public IReadOnlyList<AuditedRange> Ranges
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _overlaps.Select(
                        (overlap, i) => new AuditedRange(_upTo[i], _lookups[i], overlap.Count, overlap.Mean, overlap.Value)
                    ),
                ];
            }
        }
    }

    /// <summary>Counts a query and decides what becomes of it.</summary>
    /// <param name="distance">How far the nearest cached query is; up to the largest tolerance.</param>
    /// <returns>Whether the cached answer is given; if not, the store's is to be compared with it.</returns>
    internal bool Meet(float distance)
    {
        if (distance == 0)
        {
            return true;
        }
        lock (_lock)
        {
            _lookups[RangeOf(distance)]++;
            return distance <= _tolerance && _random.NextDouble() >= Options.Share;
        }
    }

    /// <summary>Learns from a comparison.</summary>
    /// <param name="distance">How far the cached query was.</param>
    /// <param name="overlap">The share of the store's documents that the cached answer held, in [0, 1].</param>
    internal void Record(float distance, double overlap)
    {
        lock (_lock)
        {
            _overlaps[RangeOf(distance)].Add(overlap);
            Decide();
        }
    }

    private void Decide()
    {
        (float tolerance, double bound, double weight, double sum) = (0, 1, 0, 0);
        for (int i = 0; i < _upTo.Length; i++)
        {
            weight += _lookups[i];
            sum += _lookups[i] * _overlaps[i].Value;
            // A range nobody has looked into says nothing, even where the ranges before it would carry it.
            if (_overlaps[i].Count > 0 && sum >= Options.Target * weight)
            {
                (tolerance, bound) = (_upTo[i], sum / weight);
            }
        }
        (_tolerance, _bound) = (tolerance, bound);
    }

    private int RangeOf(float distance)
    {
        int i = 0;
        while (i < _upTo.Length - 1 && distance > _upTo[i])
        {
            i++;
        }
        return i;
    }
}
