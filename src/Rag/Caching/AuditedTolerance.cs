using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// A tolerance found while a cache works (beyond arXiv:2503.05530, where it is a constant): the largest at which cached answers hold, in the mean and with a stated confidence, a wanted share of the
/// documents that the store would have found. Give it to <see cref="CachedRetrieverOptions.Audit"/>. Safe for many threads.
/// </summary>
/// <remarks>
/// It begins at zero. What it learns from costs little: a query beyond the tolerance is searched anyway, so its nearest cached answer is compared for nothing; of the hits a share is searched too.
/// The mean overlap of each range of distances has the lower bound of Maurer and Pontil (empirical Bernstein, 2009, theorem 4), at a level divided among the ranges and, as 1/(n(n+1)), among all numbers of
/// audits n: it holds at all times at once. Ranges are weighted by their lookups. It is a promise for queries and documents that keep their distribution; after a change make a new one.
/// </remarks>
public sealed class AuditedTolerance
{
    private readonly Lock _lock = new();
    private readonly RandomStream _random;
    private readonly float[] _upTo;
    private readonly long[] _lookups;
    private readonly long[] _audits;
    private readonly double[] _mean;
    private readonly double[] _squares; // sums of squared deviations from the mean, by Welford
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
        (_lookups, _audits) = (new long[options.Ranges], new long[options.Ranges]);
        (_mean, _squares) = (new double[options.Ranges], new double[options.Ranges]);
    }

    /// <summary>What is promised.</summary>
    public AuditedToleranceOptions Options { get; }

    /// <summary>Cached answers of queries up to this distance are given.</summary>
    public float Tolerance => Volatile.Read(ref _tolerance);

    /// <summary>What the mean overlap of the answers given at this tolerance is above; 1 at tolerance zero, where only equal queries are answered.</summary>
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
                    .. _upTo.Select(
                        (upTo, i) => new AuditedRange(upTo, _lookups[i], _audits[i], _audits[i] == 0 ? null : _mean[i], Lower(i))
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
            int i = RangeOf(distance);
            double before = _mean[i];
            _mean[i] += (overlap - before) / ++_audits[i];
            _squares[i] += (overlap - before) * (overlap - _mean[i]);
            Decide();
        }
    }

    private void Decide()
    {
        (float tolerance, double bound, double weight, double sum) = (0, 1, 0, 0);
        for (int i = 0; i < _upTo.Length; i++)
        {
            weight += _lookups[i];
            sum += _lookups[i] * Lower(i);
            // A range nobody has looked into says nothing, even where the ranges before it would carry it.
            if (_audits[i] >= 2 && sum >= Options.Target * weight)
            {
                (tolerance, bound) = (_upTo[i], sum / weight);
            }
        }
        (_tolerance, _bound) = (tolerance, bound);
    }

    private double Lower(int i)
    {
        long n = _audits[i];
        if (n < 2)
        {
            return 0;
        }
        double log = Math.Log(2.0 * _upTo.Length * n * (n + 1) / (1 - Options.Confidence));
        double variance = _squares[i] / (n - 1);
        return Math.Max(0, _mean[i] - Math.Sqrt(2 * variance * log / n) - (7 * log / (3 * (n - 1))));
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
