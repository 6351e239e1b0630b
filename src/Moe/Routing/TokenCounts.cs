namespace ResearchKit.Moe;

/// <summary>C[g, e]: how many tokens of rank g its router sent to expert e. With top-k routing a token counts once for each of its k experts.</summary>
public sealed class TokenCounts
{
    private readonly int[] _values;

    /// <summary>No tokens at all.</summary>
    /// <param name="ranks">G; at least 1.</param>
    /// <param name="experts">E; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public TokenCounts(int ranks, int experts)
        : this(ranks, experts, new int[checked(AtLeastOne(ranks, nameof(ranks)) * AtLeastOne(experts, nameof(experts)))]) { }

    private TokenCounts(int ranks, int experts, int[] values) => (Ranks, Experts, _values) = (ranks, experts, values);

    /// <summary>G, the number of ranks.</summary>
    public int Ranks { get; }

    /// <summary>E, the number of experts.</summary>
    public int Experts { get; }

    /// <summary>The tokens of a rank for an expert.</summary>
    /// <param name="rank">The rank they come from.</param>
    /// <param name="expert">The expert.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert.</exception>
    public int this[int rank, int expert] =>
        (uint)expert < (uint)Experts
            ? Of(rank)[expert]
            : throw new ArgumentOutOfRangeException(nameof(expert), expert, $"There are experts 0 to {Experts - 1}.");

    /// <summary>All tokens.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (int value in _values)
            {
                total += value;
            }

            return total;
        }
    }

    internal Span<int> Values => _values;

    internal int[] Buffer => _values;

    /// <summary>Counts from a table of ranks x experts.</summary>
    /// <param name="counts">The table; not negative.</param>
    /// <exception cref="ArgumentException">The table is empty, or a count is negative.</exception>
    public static TokenCounts Of(int[,] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int[] values = new int[counts.Length];
        System.Buffer.BlockCopy(counts, 0, values, 0, values.Length * sizeof(int));
        return Of(counts.GetLength(0), counts.GetLength(1), values);
    }

    /// <summary>Counts from numbers row by row: all experts of rank 0 first.</summary>
    /// <param name="ranks">G.</param>
    /// <param name="experts">E.</param>
    /// <param name="values">G x E numbers; not negative.</param>
    /// <exception cref="ArgumentException">The length differs from G x E, or a count is negative, or all together exceed 2^31 - 1.</exception>
    public static TokenCounts Of(int ranks, int experts, ReadOnlySpan<int> values)
    {
        if (values.Length != (long)AtLeastOne(ranks, nameof(ranks)) * AtLeastOne(experts, nameof(experts)))
        {
            throw new ArgumentException(
                $"{ranks} ranks x {experts} experts are {(long)ranks * experts} counts, not {values.Length}.",
                nameof(values)
            );
        }

        TokenCounts counts = new(ranks, experts, values.ToArray());
        counts.RequireValid();
        return counts;
    }

    /// <summary>The counts of one rank, by expert.</summary>
    /// <param name="rank">The rank.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public ReadOnlySpan<int> Of(int rank) =>
        (uint)rank < (uint)Ranks
            ? _values.AsSpan(rank * Experts, Experts)
            : throw new ArgumentOutOfRangeException(nameof(rank), rank, $"There are ranks 0 to {Ranks - 1}.");

    /// <summary>The tokens of all ranks for an expert.</summary>
    /// <param name="expert">The expert.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such expert.</exception>
    public long OfExpert(int expert)
    {
        if ((uint)expert >= (uint)Experts)
        {
            throw new ArgumentOutOfRangeException(nameof(expert), expert, $"There are experts 0 to {Experts - 1}.");
        }

        long sum = 0;
        for (int i = expert; i < _values.Length; i += Experts)
        {
            sum += _values[i];
        }

        return sum;
    }

    /// <summary>Counts that came from elsewhere: none negative, and the sum a 32-bit number.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal void RequireValid()
    {
        long total = 0;
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i] < 0)
            {
                throw new ArgumentException(
                    $"Rank {i / Experts} has {_values[i]} tokens for expert {i % Experts}: a count is not negative."
                );
            }

            total += _values[i];
        }

        if (total > int.MaxValue)
        {
            throw new ArgumentException($"{total} tokens in one layer are more than {int.MaxValue}: split the batch.");
        }
    }

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
