namespace ResearchKit.Numerics;

/// <content>Orders and choices.</content>
public sealed partial class RandomStream
{
    /// <summary>Puts into uniformly random order (Fisher-Yates from the back). Takes one <see cref="NextInt(int)"/> for each item but one.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i >= 1; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>0 .. <paramref name="n"/> - 1 in uniformly random order: the <see cref="Shuffle"/> of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var order = new int[n];
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }
        Shuffle<int>(order);
        return order;
    }

    /// <summary><paramref name="k"/> different numbers of 0 .. <paramref name="n"/> - 1, in random order. Takes one <see cref="NextInt(int)"/> for each.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative, or <paramref name="k"/> is not in 0 .. <paramref name="n"/>.</exception>
    public int[] Sample(int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        return k > n / 16 ? SampleFromAll(n, k) : SampleFromFew(n, k);
    }

    /// <summary>
    /// An index with probability proportional to its weight: the first whose cumulative sum exceeds <see cref="NextDouble"/> times the total.
    /// Takes 2 words.
    /// </summary>
    /// <exception cref="ArgumentException">A weight is negative or not finite, there is none, or their sum is zero or overflows.</exception>
    public int Choice(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            total += weights[i] is >= 0 and < double.PositiveInfinity
                ? weights[i]
                : throw new ArgumentException($"Weight {i} is {weights[i]}; a weight is finite and not negative.", nameof(weights));
        }
        if (!(total > 0 && double.IsFinite(total)))
        {
            throw new ArgumentException($"{weights.Length} weights sum to {total}; the sum must be positive and finite.", nameof(weights));
        }
        var target = NextDouble() * total;
        var sum = 0.0;
        var last = -1;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
            {
                continue;
            }
            sum += weights[i];
            last = i;
            if (target < sum)
            {
                break;
            }
        }
        return last; // the last with a weight where the product rounded up to the total (subnormal sums)
    }

    private int[] SampleFromAll(int n, int k)
    {
        var all = new int[n];
        for (var i = 0; i < n; i++)
        {
            all[i] = i;
        }
        for (var i = 0; i < k; i++)
        {
            var j = i + NextInt(n - i);
            (all[i], all[j]) = (all[j], all[i]);
        }
        return all[..k];
    }

    // The same shuffle with only the moved entries kept: a few of 10^8 must not cost 400 MB.
    private int[] SampleFromFew(int n, int k)
    {
        var sample = new int[k];
        var moved = new Dictionary<int, int>(k);
        for (var i = 0; i < k; i++)
        {
            var j = i + NextInt(n - i);
            sample[i] = moved.GetValueOrDefault(j, j);
            moved[j] = moved.GetValueOrDefault(i, i);
        }
        return sample;
    }
}
