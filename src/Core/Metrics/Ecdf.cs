namespace ResearchKit.Metrics;

/// <summary>The empirical distribution of a sample: F(x) is the share of values at or below x.</summary>
public sealed class Ecdf
{
    private readonly double[] _sorted;

    /// <summary>The distribution of a sample.</summary>
    /// <param name="sample">The values, in any order; none NaN.</param>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN.</exception>
    public Ecdf(ReadOnlySpan<double> sample)
    {
        _sorted = sample.ToArray();
        Array.Sort(_sorted);
        if (_sorted.Length == 0 || double.IsNaN(_sorted[0]))
        {
            throw new ArgumentException(
                _sorted.Length == 0 ? "No values have no distribution." : "A sample with NaN has no order.",
                nameof(sample)
            );
        }
    }

    /// <summary>The number of values.</summary>
    public int Count => _sorted.Length;

    /// <summary>The values, ascending.</summary>
    public ReadOnlySpan<double> Sorted => _sorted;

    /// <summary>The share of values at or below <paramref name="x"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is NaN.</exception>
    public double At(double x) =>
        double.IsNaN(x) ? throw new ArgumentException("NaN has no place in an order.", nameof(x)) : (double)CountUpTo(x) / _sorted.Length;

    /// <summary>The steps: each value that occurs, ascending, with the share of values at or below it. For drawing.</summary>
    public IEnumerable<(double Value, double Share)> Steps()
    {
        for (int i = 0; i < _sorted.Length; i++)
        {
            if (i + 1 == _sorted.Length || _sorted[i + 1] != _sorted[i])
            {
                yield return (_sorted[i], (i + 1.0) / _sorted.Length);
            }
        }
    }

    /// <summary>The smallest value with F of at least <paramref name="p"/>: the inverse, a value of the sample (type 1; interpolated ones are in <see cref="Quantiles"/>).</summary>
    /// <param name="p">The probability, above 0 and up to 1; 0 gives the smallest value.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public double Quantile(double p)
    {
        if (!(p is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability is 0 to 1.");
        }

        // The product may be off by one rounding; the definition decides.
        int rank = Math.Clamp((int)Math.Ceiling(_sorted.Length * p), 1, _sorted.Length);
        while (rank > 1 && (rank - 1.0) / _sorted.Length >= p)
        {
            rank--;
        }

        while (rank < _sorted.Length && (double)rank / _sorted.Length < p)
        {
            rank++;
        }

        return _sorted[rank - 1];
    }

    /// <summary>The largest distance between two distributions: Kolmogorov and Smirnov's statistic of two samples.</summary>
    /// <param name="other">The other distribution.</param>
    public double DistanceTo(Ecdf other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double largest = 0;
        int i = 0;
        int j = 0;
        while (i < Count && j < other.Count)
        {
            double x = Math.Min(_sorted[i], other._sorted[j]);
            while (i < Count && _sorted[i] == x)
            {
                i++;
            }

            while (j < other.Count && other._sorted[j] == x)
            {
                j++;
            }

            largest = Math.Max(largest, Math.Abs(((double)i / Count) - ((double)j / other.Count)));
        }

        return largest;
    }

    private int CountUpTo(double x)
    {
        int low = 0;
        for (int high = _sorted.Length; low < high; )
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            (low, high) = _sorted[middle] <= x ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
