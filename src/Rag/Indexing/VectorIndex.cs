using System.Buffers;

namespace ResearchKit.Rag;

/// <summary>
/// What the indexes of this library share: rows, ids, removal by tombstone, locking. Many searches run at once; changes wait for each other, and hold up searches
/// only while they set what has been computed. An id that was removed may come back: it takes a new row.
/// </summary>
public abstract unsafe class VectorIndex : IVectorIndex, IDisposable
{
    private readonly Dictionary<string, int> _rowOf = new(StringComparer.Ordinal);
    private readonly ReaderWriterLockSlim _access = new();
    private readonly Lock _changes = new();
    private string[] _ids = new string[16];
    private bool[] _removed = new bool[16];

    private protected VectorIndex(int dimension, VectorMetric metric, VectorRows? rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(
                nameof(metric),
                metric,
                $"Metrics are {string.Join(", ", Enum.GetNames<VectorMetric>())}."
            );
        }
        (Metric, Rows) = (metric, rows ?? new VectorRows(dimension));
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public int Dimension => Rows.Dimension;

    /// <inheritdoc/>
    public VectorMetric Metric { get; }

    /// <inheritdoc/>
    public int Count => _rowOf.Count;

    /// <summary>The rows in use, those of removed vectors too.</summary>
    public int RowCount { get; private protected set; }

    /// <inheritdoc/>
    public event Action<DocumentChange>? Changed;

    /// <summary>Which scores are better.</summary>
    public ScoreDirection Direction => Metric == VectorMetric.Euclidean ? ScoreDirection.LowerIsBetter : ScoreDirection.HigherIsBetter;

    private protected VectorRows Rows { get; }

    private protected bool HasRemoved => _rowOf.Count < RowCount;

    /// <inheritdoc/>
    public void Add(string id, ReadOnlySpan<float> vector)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        VectorKernel.Check(vector, Dimension, Metric, nameof(vector));
        lock (_changes)
        {
            if (_rowOf.ContainsKey(id))
            {
                throw new ArgumentException($"The id '{id}' is there already; remove it first.", nameof(id));
            }
            int row = RowCount;
            EnterWrite(() => EnsureRow(row));
            Rows.Set(row, vector);
            if (Metric == VectorMetric.Cosine)
            {
                Normalize(Rows.Row(row), Dimension);
            }
            Link(
                row,
                () =>
                {
                    _ids[row] = id;
                    _rowOf.Add(id, row);
                    RowCount = row + 1;
                }
            );
        }
        Changed?.Invoke(new DocumentChange(id, vector.ToArray(), Removed: false));
    }

    /// <inheritdoc/>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        int row = 0;
        lock (_changes)
        {
            if (!_rowOf.TryGetValue(id, out row))
            {
                return false;
            }
            EnterWrite(() =>
            {
                _rowOf.Remove(id);
                _removed[row] = true;
            });
        }
        Changed?.Invoke(new DocumentChange(id, Rows.Vector(row).ToArray(), Removed: true));
        return true;
    }

    /// <inheritdoc/>
    public bool TryGetVector(string id, Span<float> to)
    {
        ArgumentNullException.ThrowIfNull(id);
        _access.EnterReadLock();
        try
        {
            if (!_rowOf.TryGetValue(id, out int row))
            {
                return false;
            }
            Rows.Vector(row).CopyTo(to);
            return true;
        }
        finally
        {
            _access.ExitReadLock();
        }
    }

    /// <summary>The id of a row.</summary>
    /// <param name="row">A row that a search gave.</param>
    public string IdOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, RowCount);
        return _ids[row];
    }

    /// <inheritdoc/>
    public RetrievalResult Search(ReadOnlySpan<float> query, int k, Func<string, bool>? filter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Neighbor[] memory = ArrayPool<Neighbor>.Shared.Rent(Math.Min(k, Math.Max(1, RowCount)));
        try
        {
            int count = Search(query, memory.AsSpan(0, Math.Min(k, memory.Length)), filter);
            RetrievedDocument[] documents = new RetrievedDocument[count];
            for (int i = 0; i < count; i++)
            {
                documents[i] = new RetrievedDocument(_ids[memory[i].Row], ScoreOf(memory[i].Distance));
            }
            return new RetrievalResult(documents, Direction);
        }
        finally
        {
            ArrayPool<Neighbor>.Shared.Return(memory);
        }
    }

    /// <summary>Finds the nearest rows, without allocating.</summary>
    /// <param name="query">The query.</param>
    /// <param name="to">Takes the neighbours, nearest first; of equal distances the row that came first.</param>
    /// <param name="filter">Which ids may be found; null: all.</param>
    /// <returns>How many were found: fewer than asked for only where there are fewer.</returns>
    /// <exception cref="ArgumentException">The query cannot be searched for.</exception>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> to, Func<string, bool>? filter = null)
    {
        VectorKernel.Check(query, Dimension, Metric, nameof(query));
        if (to.IsEmpty)
        {
            return 0;
        }
        float[] memory = ArrayPool<float>.Shared.Rent(Rows.Stride + VectorKernel.Line);
        try
        {
            fixed (float* start = memory)
            {
                float* padded = (float*)(((nint)start + 63) & ~63);
                Pad(query, padded);
                _access.EnterReadLock();
                try
                {
                    int count = Find(padded, to, filter);
                    for (int i = 0; i < count; i++)
                    {
                        to[i] = to[i] with { Distance = DistanceOf(padded, to[i]) };
                    }
                    return count;
                }
                finally
                {
                    _access.ExitReadLock();
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    /// <summary>Releases a mapped file.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases a mapped file.</summary>
    /// <param name="disposing">Whether this is <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Waits for the searches under way: a mapping must not vanish under them.
            EnterWrite(() => Rows.Mapping?.Dispose());
            _access.Dispose();
        }
    }

    /// <summary>Finds rows under the read lock; distances are those of <see cref="Distance"/>.</summary>
    private protected abstract int Find(float* query, Span<Neighbor> to, Func<string, bool>? filter);

    /// <summary>Takes a row in, whose values are set; publishes it under the write lock.</summary>
    private protected abstract void Link(int row, Action publish);

    /// <summary>Memory for a row, under the write lock.</summary>
    private protected virtual void EnsureRow(int row)
    {
        if (row == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * row);
            Array.Resize(ref _removed, 2 * row);
        }
    }

    /// <summary>What is compared in searches: the squared L2 distance (under cosine of vectors of length 1), or the negative inner product.</summary>
    private protected float Distance(float* query, int row, float limit = float.PositiveInfinity) =>
        Metric == VectorMetric.InnerProduct
            ? -VectorKernel.Dot(query, Rows.Row(row), Rows.Stride)
            : VectorKernel.SquaredDistance(query, Rows.Row(row), Rows.Stride, limit);

    private protected bool Allows(int row, Func<string, bool>? filter) => !_removed[row] && (filter is null || filter(_ids[row]));

    private protected bool IsRemoved(int row) => _removed[row];

    private protected void Pad(ReadOnlySpan<float> query, float* to)
    {
        Span<float> padded = new(to, Rows.Stride);
        query.CopyTo(padded);
        padded[query.Length..].Clear();
        if (Metric == VectorMetric.Cosine)
        {
            Normalize(to, Dimension);
        }
    }

    private protected void EnterWrite(Action change)
    {
        _access.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _access.ExitWriteLock();
        }
    }

    private protected void EnterRead(Action read)
    {
        _access.EnterReadLock();
        try
        {
            read();
        }
        finally
        {
            _access.ExitReadLock();
        }
    }

    /// <summary>Runs while nothing changes: for saving.</summary>
    internal void WithoutChanges(Action<IReadOnlyList<string>, IReadOnlyList<bool>, VectorRows> read)
    {
        lock (_changes)
        {
            read(new ArraySegment<string>(_ids, 0, RowCount), new ArraySegment<bool>(_removed, 0, RowCount), Rows);
        }
    }

    /// <summary>Takes over rows that are in <see cref="Rows"/> already.</summary>
    internal void Adopt(string[] ids, bool[] removed)
    {
        (_ids, _removed, RowCount) = (ids.Length == 0 ? new string[16] : ids, removed.Length == 0 ? new bool[16] : removed, ids.Length);
        for (int row = 0; row < ids.Length; row++)
        {
            if (!removed[row])
            {
                _rowOf.Add(ids[row], row);
            }
        }
    }

    private protected float DistanceOf(float* query, Neighbor neighbor) =>
        Metric switch
        {
            VectorMetric.Euclidean => MathF.Sqrt(neighbor.Distance),
            VectorMetric.Cosine => 1 - VectorKernel.Dot(query, Rows.Row(neighbor.Row), Rows.Stride),
            _ => 1 + neighbor.Distance,
        };

    private float ScoreOf(float distance) => Metric == VectorMetric.Euclidean ? distance : 1 - distance;

    // In two steps, so that vectors of any finite size have a norm.
    internal static void Normalize(float* vector, int length)
    {
        Span<float> values = new(vector, length);
        float largest = Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(values));
        if (largest is < 1e-15f or > 1e15f)
        {
            System.Numerics.Tensors.TensorPrimitives.Divide(values, largest, values);
        }
        System.Numerics.Tensors.TensorPrimitives.Divide(values, System.Numerics.Tensors.TensorPrimitives.Norm<float>(values), values);
    }
}
