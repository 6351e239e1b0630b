namespace ResearchKit.Numerics;

/// <summary>
/// Zipf's law over n ranks: rank k (from 1) has a probability proportional to k^-s, exactly, for any s from 0 (uniform) on; 8 bytes a rank.
/// Ranks are given as indices from 0, the most frequent first.
/// </summary>
public sealed class ZipfRanks
{
    private readonly double[] _cumulative;

    /// <summary>The law of so many ranks.</summary>
    /// <param name="count">The number of ranks, at least 1.</param>
    /// <param name="exponent">s, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public ZipfRanks(int count, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (exponent is not (>= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent of Zipf's law is finite and not negative.");
        }
        Exponent = exponent;
        _cumulative = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _cumulative[i] = sum;
        }
    }

    /// <summary>The number of ranks.</summary>
    public int Count => _cumulative.Length;

    /// <summary>s.</summary>
    public double Exponent { get; }

    /// <summary>The probability of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not below <see cref="Count"/>.</exception>
    public double Probability(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Math.Pow(index + 1, -Exponent) / _cumulative[^1];
    }

    /// <summary>An index, by the inverse of the cumulative sum. Takes 2 words.</summary>
    public int Next(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var target = stream.NextDouble() * _cumulative[^1];
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            (low, high) = target < _cumulative[middle] ? (low, middle) : (middle + 1, high);
        }
        return low;
    }
}
