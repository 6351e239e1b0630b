namespace ResearchKit.Merge;

/// <summary>
/// What groups store, in units of one parameter of the block (arXiv:2505.23209, section 3: the size in models). Plain algorithms store one vector a group. Mask algorithms keep groups of one or two
/// apart (a unified vector, the base's and two masks would cost more), and store for a larger group one vector and a bit a parameter and task, and once the base's block.
/// All sums are whole numbers of bits: no rounding until the last division.
/// </summary>
/// <param name="StoresMasks">Whether masks are stored.</param>
/// <param name="ParameterBits">The bits of a parameter, against which a mask's single bit counts; 32 in the paper, 16 for half-precision checkpoints.</param>
public sealed record SizeAccounting(bool StoresMasks, int ParameterBits = 32)
{
    /// <summary>The bits of a parameter.</summary>
    public int ParameterBits { get; } =
        ParameterBits is >= 1 and <= 64
            ? ParameterBits
            : throw new ArgumentOutOfRangeException(nameof(ParameterBits), ParameterBits, "From 1 to 64 bits.");

    /// <summary>The accounting of an algorithm.</summary>
    public static SizeAccounting Of(IMergeAlgorithm algorithm, int parameterBits = 32)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return new SizeAccounting(algorithm.Traits.StoresMasks, parameterBits);
    }

    /// <summary>The bits that groups store for one parameter of a block.</summary>
    /// <param name="groupSizes">The number of tasks of each group.</param>
    /// <param name="baseShipped">Whether the base is there anyway, so that its block is not charged.</param>
    public long BitsPerParameter(IEnumerable<int> groupSizes, bool baseShipped = false)
    {
        ArgumentNullException.ThrowIfNull(groupSizes);
        long bits = 0;
        bool masked = false;
        foreach (int size in groupSizes)
        {
            if (!StoresMasks)
            {
                bits += ParameterBits;
            }
            else if (size <= 2)
            {
                bits += (long)size * ParameterBits;
            }
            else
            {
                bits += ParameterBits + size;
                masked = true;
            }
        }
        return bits + (masked && !baseShipped ? ParameterBits : 0);
    }

    /// <summary>The size in models at which every block is one group: 1, or 2 + M/32 with masks.</summary>
    /// <param name="tasks">M.</param>
    public double Minimum(int tasks) => (double)BitsPerParameter([tasks]) / ParameterBits;
}
