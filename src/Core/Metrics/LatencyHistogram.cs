using System.Numerics;
using HdrHistogram;

namespace ResearchKit.Metrics;

/// <summary>
/// The distribution of a stream of latencies in constant memory (HdrHistogram): quantiles with a fixed relative error over nanoseconds to hours, at a few nanoseconds
/// a record and without an allocation. A quantile takes one walk over the cells (0.1 to 0.2 ms). Stored rows have exact quantiles instead (<see cref="Quantiles"/>). Not thread-safe: one a thread, then <see cref="Add"/>.
/// </summary>
public sealed class LatencyHistogram
{
    private readonly LongHistogram _histogram;
    private readonly long _longest;
    private long _shortestSeen = long.MaxValue;
    private long _longestSeen;
    private double _sum;

    /// <summary>An empty histogram.</summary>
    /// <param name="options">Range and resolution; the defaults if null.</param>
    public LatencyHistogram(LatencyHistogramOptions? options = null)
    {
        Options = options ?? LatencyHistogramOptions.Default;
        _longest = Options.Longest.Ticks * TimeSpan.NanosecondsPerTick;
        _histogram = new(1, _longest, Options.SignificantDigits);
    }

    /// <summary>Range and resolution.</summary>
    public LatencyHistogramOptions Options { get; }

    /// <summary>How many latencies have been recorded.</summary>
    public long Count => _histogram.TotalCount;

    /// <summary>The shortest latency in nanoseconds, exactly; 0 if there is none.</summary>
    public long MinimumNanoseconds => Count == 0 ? 0 : _shortestSeen;

    /// <summary>The longest latency in nanoseconds, exactly; 0 if there is none.</summary>
    public long MaximumNanoseconds => _longestSeen;

    /// <summary>The mean in nanoseconds, exact to rounding; NaN if there is no latency.</summary>
    public double MeanNanoseconds => Count == 0 ? double.NaN : _sum / Count;

    /// <summary>Records a latency.</summary>
    /// <param name="latency">The latency; not negative, at most <see cref="LatencyHistogramOptions.Longest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside the range.</exception>
    public void Record(TimeSpan latency)
    {
        if (latency > Options.Longest)
        {
            throw OutOfRange(latency, nameof(latency));
        }

        RecordNanoseconds(latency.Ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Records a latency, several times if it was seen so often.</summary>
    /// <param name="nanoseconds">The latency in nanoseconds; not negative, at most <see cref="LatencyHistogramOptions.Longest"/>.</param>
    /// <param name="count">How often; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void RecordNanoseconds(long nanoseconds, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (nanoseconds < 0 || nanoseconds > _longest)
        {
            throw OutOfRange(nanoseconds, nameof(nanoseconds));
        }

        _histogram.RecordValueWithCount(nanoseconds, count);
        _shortestSeen = Math.Min(_shortestSeen, nanoseconds);
        _longestSeen = Math.Max(_longestSeen, nanoseconds);
        _sum += (double)nanoseconds * count;
    }

    /// <summary>A quantile in nanoseconds: at least the share <paramref name="p"/> of the latencies is at or below it, within the resolution.</summary>
    /// <param name="p">The probability, 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Nothing has been recorded.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public long QuantileNanoseconds(double p)
    {
        if (!(p is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability is 0 to 1.");
        }

        if (Count == 0)
        {
            throw new InvalidOperationException("A quantile of no latencies does not exist: record some first.");
        }

        long seen = 0;
        foreach ((long highest, long count) in Cells())
        {
            seen += count;
            if (seen >= p * Count)
            {
                return highest;
            }
        }

        return _longestSeen;
    }

    /// <summary>A quantile in milliseconds; see <see cref="QuantileNanoseconds"/>.</summary>
    /// <param name="p">The probability, 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Nothing has been recorded.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public double QuantileMilliseconds(double p) => QuantileNanoseconds(p) / 1e6;

    /// <summary>Adds the latencies of another histogram.</summary>
    /// <param name="other">The other histogram, of the same range and resolution.</param>
    /// <exception cref="ArgumentException">Its range or resolution differs.</exception>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Options != Options)
        {
            throw new ArgumentException($"A histogram with {other.Options} cannot be added to one with {Options}.", nameof(other));
        }

        _histogram.Add(other._histogram);
        _shortestSeen = Math.Min(_shortestSeen, other._shortestSeen);
        _longestSeen = Math.Max(_longestSeen, other._longestSeen);
        _sum += other._sum;
    }

    /// <summary>
    /// Corrects coordinated omission: a load generator that waits for an answer before it sends the next request does not send, and so does not measure, what would
    /// have waited meanwhile. For a latency l above the interval at which requests were meant to be sent, l - interval, l - 2 interval, ... down to the interval are
    /// added. Not for open-loop measurements, which send on time.
    /// </summary>
    /// <param name="interval">The interval at which requests were meant to be sent; positive.</param>
    /// <returns>A new histogram; this one is unchanged.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is not positive.</exception>
    public LatencyHistogram CorrectedFor(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        LatencyHistogram corrected = new(Options);
        corrected.Add(this);
        long step = interval.Ticks * TimeSpan.NanosecondsPerTick;
        foreach ((long highest, long count) in Cells())
        {
            for (long missing = highest - step; missing >= step; missing -= step)
            {
                corrected.RecordNanoseconds(missing, count);
            }
        }

        return corrected;
    }

    /// <summary>
    /// The cells that are not empty, ascending: their largest value (the longest latency in the last one) and their count. The package's own percentiles compute the
    /// width of a cell in 32 bits, which is wrong for cells from 2^31 ns on (latencies from 37 minutes on at three digits), so the walk is done here.
    /// </summary>
    private IEnumerable<(long Highest, long Count)> Cells()
    {
        int digits = BitOperations.Log2((uint)_histogram.SubBucketCount);
        for (long lowest = 0, width; lowest <= _longestSeen && Count > 0; lowest += width)
        {
            // The highest set bit decides the width: values keep as many binary digits as tell the sub-buckets of one bucket apart.
            width = 1L << Math.Max(0, BitOperations.Log2((ulong)lowest) + 1 - digits);
            long count = _histogram.GetCountAtValue(lowest);
            if (count > 0)
            {
                yield return (Math.Min(lowest + width - 1, _longestSeen), count);
            }
        }
    }

    private ArgumentOutOfRangeException OutOfRange(object latency, string parameter) =>
        new(
            parameter,
            latency,
            $"A latency is 0 to {Options.Longest} here: raise {nameof(LatencyHistogramOptions)}.{nameof(LatencyHistogramOptions.Longest)} for longer ones."
        );
}
