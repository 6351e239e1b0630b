namespace ResearchKit.Data;

/// <summary>Which rows of a data set each client has. No row is given twice.</summary>
public sealed class Partition
{
    private readonly int[][] _rows;

    /// <summary>Takes the rows of each client.</summary>
    /// <param name="rowCount">The number of rows of the data set.</param>
    /// <param name="rows">For each client its rows; not copied.</param>
    /// <param name="attempts">How many attempts the partitioner made.</param>
    /// <exception cref="ArgumentException">A row is not in [0, rowCount) or given twice.</exception>
    public Partition(int rowCount, IReadOnlyList<int[]> rows, int attempts = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        ArgumentNullException.ThrowIfNull(rows);
        var owner = new int[rowCount];
        for (int client = 0; client < rows.Count; client++)
        {
            foreach (int row in rows[client])
            {
                if ((uint)row >= (uint)rowCount)
                    throw new ArgumentException($"Client {client} has row {row}; rows are in [0, {rowCount}).", nameof(rows));
                if (owner[row] != 0)
                    throw new ArgumentException($"Row {row} is given to clients {owner[row] - 1} and {client}.", nameof(rows));
                owner[row] = client + 1;
                AssignedCount++;
            }
        }

        _rows = [.. rows];
        RowCount = rowCount;
        Attempts = attempts;
    }

    /// <summary>The number of clients, those without rows included.</summary>
    public int ClientCount => _rows.Length;

    /// <summary>The number of rows of the data set.</summary>
    public int RowCount { get; }

    /// <summary>How many rows have a client: all, unless a <see cref="FixedPartitioner"/> or <see cref="LocalTestShards"/> left some out.</summary>
    public int AssignedCount { get; }

    /// <summary>How many attempts the partitioner made, the last, accepted one included.</summary>
    public int Attempts { get; }

    /// <summary>The rows of a client, in the client's order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="client"/> is not in [0, ClientCount).</exception>
    public ReadOnlySpan<int> RowsOf(int client) =>
        (uint)client < (uint)_rows.Length
            ? _rows[client]
            : throw new ArgumentOutOfRangeException(nameof(client), client, $"A client is in [0, {_rows.Length}).");

    /// <summary>How many rows each client has.</summary>
    public int[] Sizes() => Array.ConvertAll(_rows, static rows => rows.Length);

    /// <summary>The clients that have rows, ascending: all but those a <see cref="DirichletPartitioner"/> was told to pass over.</summary>
    public int[] ClientsWithRows() => [.. Enumerable.Range(0, _rows.Length).Where(client => _rows[client].Length > 0)];

    /// <summary>How many rows of each class each client has.</summary>
    /// <param name="labels">The labels that were divided.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <returns>Counts by client and class.</returns>
    /// <exception cref="ArgumentException">There are other than <see cref="RowCount"/> labels, or one is out of range.</exception>
    public int[][] ClassCounts(ReadOnlySpan<int> labels, int classCount)
    {
        if (labels.Length != RowCount)
            throw new ArgumentException($"{labels.Length} labels for {RowCount} rows.", nameof(labels));
        var counts = new int[_rows.Length][];
        for (int client = 0; client < counts.Length; client++)
        {
            counts[client] = new int[classCount];
            foreach (int row in _rows[client])
            {
                if ((uint)labels[row] >= (uint)classCount)
                    throw new ArgumentException($"The label of row {row} is {labels[row]}, not in [0, {classCount}).", nameof(labels));
                counts[client][labels[row]]++;
            }
        }

        return counts;
    }

    /// <summary>The data of each client, which share the features of the whole.</summary>
    /// <param name="data">The data that were divided.</param>
    /// <exception cref="ArgumentException">They have other than <see cref="RowCount"/> rows.</exception>
    public LabeledData[] Of(LabeledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count == RowCount
            ? Array.ConvertAll(_rows, rows => data.Subset(rows))
            : throw new ArgumentException($"The data have {data.Count} rows, the partition {RowCount}.", nameof(data));
    }
}
