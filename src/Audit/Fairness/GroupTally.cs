namespace ResearchKit.Audit;

/// <summary>
/// Counts rows as they come: what a <see cref="GroupTable"/> is made of. Memory grows with the number of groups alone, so a stream of any length can be counted.
/// </summary>
public sealed class GroupTally
{
    private const int Cells = 4;
    private long[] _rows = new long[Cells];
    private double[] _weights = new double[Cells];
    private double[] _squares = new double[1];

    /// <summary>The number of groups seen so far: the largest number plus 1.</summary>
    public int GroupCount { get; private set; }

    /// <summary>The number of rows.</summary>
    public long RowCount { get; private set; }

    /// <summary>Counts one row.</summary>
    /// <param name="label">0 or 1.</param>
    /// <param name="answer">0 or 1.</param>
    /// <param name="group">The number of its group, not negative.</param>
    /// <param name="weight">Its weight, finite and not negative.</param>
    /// <exception cref="ArgumentException">A value is none of these.</exception>
    public void Add(int label, int answer, int group, double weight = 1)
    {
        if (((label | answer) & ~1) != 0)
        {
            throw new ArgumentException($"Label {label} and answer {answer}: the values are 0 and 1.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        Rows.RequireNotNegative(weight, nameof(weight));
        Reserve(group + 1);
        int cell = (group * Cells) + (label * 2) + answer;
        _rows[cell]++;
        _weights[cell] += weight;
        _squares[group] += weight * weight;
        RowCount++;
    }

    /// <summary>Counts many rows, in one pass.</summary>
    /// <param name="labels">0 or 1; empty if unknown.</param>
    /// <param name="answers">0 or 1.</param>
    /// <param name="groups">The number of the group of each row; empty for one group.</param>
    /// <param name="weights">The weight of each row; empty for 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, a value is not 0 or 1, a group is negative, or a weight is negative or not finite.</exception>
    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> answers, ReadOnlySpan<int> groups, ReadOnlySpan<double> weights = default)
    {
        if (!labels.IsEmpty)
        {
            Rows.RequireEqual(answers.Length, nameof(answers), labels.Length, nameof(labels));
            Rows.RequireBinary(labels, nameof(labels));
        }
        if (!groups.IsEmpty)
        {
            Rows.RequireEqual(answers.Length, nameof(answers), groups.Length, nameof(groups));
        }
        Rows.RequireBinary(answers, nameof(answers));
        int largest = groups.IsEmpty ? 0 : System.Numerics.Tensors.TensorPrimitives.Max(groups);
        if (!groups.IsEmpty && System.Numerics.Tensors.TensorPrimitives.Min(groups) < 0)
        {
            int at = groups.IndexOfAnyExceptInRange(0, int.MaxValue);
            throw new ArgumentException(
                FormattableString.Invariant($"groups[{at}] is {groups[at]}; a group is a number from 0."),
                nameof(groups)
            );
        }
        if (answers.IsEmpty)
        {
            return;
        }
        Reserve(largest + 1);
        if (!weights.IsEmpty)
        {
            AddWeighted(labels, answers, groups, weights);
            return;
        }
        CountRows(labels, answers, groups);
    }

    /// <summary>Adds what another tally has counted.</summary>
    /// <param name="other">The other.</param>
    public void Add(GroupTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Reserve(other.GroupCount);
        for (int i = 0; i < other.GroupCount * Cells; i++)
        {
            _rows[i] += other._rows[i];
            _weights[i] += other._weights[i];
        }
        for (int g = 0; g < other.GroupCount; g++)
        {
            _squares[g] += other._squares[g];
        }
        RowCount += other.RowCount;
    }

    /// <summary>The same rows in other groups, for example in those of one attribute of an intersection.</summary>
    /// <param name="groups">For each group of this tally the number of its new group.</param>
    /// <exception cref="ArgumentException">A group has no new number, or a number is negative.</exception>
    public GroupTally Regrouped(IReadOnlyList<int> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count < GroupCount || groups.Any(g => g < 0))
        {
            throw new ArgumentException($"There are {GroupCount} groups and {groups.Count} new numbers, each from 0.", nameof(groups));
        }
        GroupTally result = new();
        for (int g = 0; g < GroupCount; g++)
        {
            result.Reserve(groups[g] + 1);
            for (int cell = 0; cell < Cells; cell++)
            {
                result._rows[(groups[g] * Cells) + cell] += _rows[(g * Cells) + cell];
                result._weights[(groups[g] * Cells) + cell] += _weights[(g * Cells) + cell];
            }
            result._squares[groups[g]] += _squares[g];
        }
        result.RowCount = RowCount;
        return result;
    }

    /// <summary>A tally of numbers of rows: for each group those of (label, answer) 00, 01, 10, 11.</summary>
    internal static GroupTally OfCells(ReadOnlySpan<int> counts)
    {
        GroupTally tally = new();
        tally.Reserve(counts.Length / Cells);
        for (int i = 0; i < counts.Length; i++)
        {
            tally._rows[i] = counts[i];
            tally._weights[i] = counts[i];
            tally._squares[i / Cells] += counts[i];
            tally.RowCount += counts[i];
        }
        return tally;
    }

    internal GroupCounts Counts(int group)
    {
        ReadOnlySpan<double> cells = _weights.AsSpan(group * Cells, Cells);
        return new GroupCounts(cells[3], cells[1], cells[0], cells[2]);
    }

    internal long RowsOf(int group)
    {
        long sum = 0;
        foreach (long rows in _rows.AsSpan(group * Cells, Cells))
        {
            sum += rows;
        }
        return sum;
    }

    /// <summary>Kish's effective number of rows: (sum of weights)^2 / sum of squares; the number of rows without weights.</summary>
    internal double EffectiveRows(int group)
    {
        double total = Counts(group).Total;
        return _squares[group] == 0 ? 0 : total * total / _squares[group];
    }

    // Equal cells in a row would wait for each other's store: four tables take turns.
    private void CountRows(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> answers, ReadOnlySpan<int> groups)
    {
        int size = GroupCount * Cells;
        int[] tables = new int[4 * size];
        const int piece = 1 << 30;
        for (int start = 0; start < answers.Length; start += piece)
        {
            int length = Math.Min(piece, answers.Length - start);
            ReadOnlySpan<byte> y = labels.IsEmpty ? labels : labels.Slice(start, length);
            ReadOnlySpan<byte> m = answers.Slice(start, length);
            ReadOnlySpan<int> a = groups.IsEmpty ? groups : groups.Slice(start, length);
            CountPiece(y, m, a, tables, size);
        }
        for (int i = 0; i < size; i++)
        {
            long rows = (long)tables[i] + tables[size + i] + tables[(2 * size) + i] + tables[(3 * size) + i];
            _rows[i] += rows;
            _weights[i] += rows;
            _squares[i / Cells] += rows;
            RowCount += rows;
        }
    }

    private static void CountPiece(ReadOnlySpan<byte> y, ReadOnlySpan<byte> m, ReadOnlySpan<int> a, int[] tables, int size)
    {
        Span<int> t0 = tables.AsSpan(0, size);
        Span<int> t1 = tables.AsSpan(size, size);
        Span<int> t2 = tables.AsSpan(2 * size, size);
        Span<int> t3 = tables.AsSpan(3 * size, size);
        int i = 0;
        if (y.Length == m.Length && a.Length == m.Length)
        {
            for (; i <= m.Length - 4; i += 4)
            {
                t0[(a[i] << 2) | (y[i] << 1) | m[i]]++;
                t1[(a[i + 1] << 2) | (y[i + 1] << 1) | m[i + 1]]++;
                t2[(a[i + 2] << 2) | (y[i + 2] << 1) | m[i + 2]]++;
                t3[(a[i + 3] << 2) | (y[i + 3] << 1) | m[i + 3]]++;
            }
        }
        for (; i < m.Length; i++)
        {
            t0[((a.IsEmpty ? 0 : a[i]) << 2) | ((y.IsEmpty ? 0 : y[i]) << 1) | m[i]]++;
        }
    }

    private void AddWeighted(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> answers, ReadOnlySpan<int> groups, ReadOnlySpan<double> weights)
    {
        Rows.RequireEqual(answers.Length, nameof(answers), weights.Length, nameof(weights));
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && weights[i] < double.PositiveInfinity))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"weights[{i}] is {weights[i]}; a weight is finite and not negative."),
                    nameof(weights)
                );
            }
        }
        for (int i = 0; i < answers.Length; i++)
        {
            int group = groups.IsEmpty ? 0 : groups[i];
            int cell = (group * Cells) + ((labels.IsEmpty ? 0 : labels[i]) * 2) + answers[i];
            _rows[cell]++;
            _weights[cell] += weights[i];
            _squares[group] += weights[i] * weights[i];
        }
        RowCount += answers.Length;
    }

    private void Reserve(int groups)
    {
        if (groups <= GroupCount)
        {
            return;
        }
        if (groups > _squares.Length)
        {
            int size = Math.Max(groups, 2 * _squares.Length);
            Array.Resize(ref _rows, size * Cells);
            Array.Resize(ref _weights, size * Cells);
            Array.Resize(ref _squares, size);
        }
        GroupCount = groups;
    }
}
