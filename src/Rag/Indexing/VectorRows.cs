using System.Runtime.CompilerServices;

namespace ResearchKit.Rag;

/// <summary>
/// Padded rows of floats in chunks that never move, so that readers keep their pointers while rows are added. Rows may lie in a mapped file, which
/// stays open as long as <see cref="Mapping"/> does.
/// </summary>
internal sealed unsafe class VectorRows
{
    private const int ChunkBytes = 1 << 22;

    private readonly int _shift;
    private float*[] _chunks = new float*[4];
    private int _chunkCount;
    private readonly List<float[]> _pinned = [];

    public VectorRows(int dimension)
        : this(dimension, null, null, 0) { }

    /// <param name="dimension">The length of a vector.</param>
    /// <param name="mapping">What keeps the mapped rows alive.</param>
    /// <param name="mapped">The first mapped row, padded as here; null if there are none.</param>
    /// <param name="count">How many rows are mapped.</param>
    public VectorRows(int dimension, IDisposable? mapping, float* mapped, int count)
    {
        Dimension = dimension;
        Stride = VectorKernel.Stride(dimension);
        _shift = Math.Max(2, 31 - int.LeadingZeroCount(Math.Max(1, ChunkBytes / (sizeof(float) * Stride))));
        Mapping = mapping;
        int whole = count >> _shift;
        for (int i = 0; i < whole; i++)
        {
            Append(mapped + ((long)i << _shift) * Stride);
        }
        // The rest of the mapped rows shares its chunk with rows to come.
        for (int row = whole << _shift; row < count; row++)
        {
            EnsureRow(row);
            Buffer.MemoryCopy(mapped + (long)row * Stride, Row(row), Stride * sizeof(float), Stride * sizeof(float));
        }
    }

    public int Dimension { get; }

    public int Stride { get; }

    /// <summary>What keeps mapped rows alive; disposed by the index, when nobody searches any more.</summary>
    public IDisposable? Mapping { get; }

    /// <summary>Rows that lie side by side: those with equal <c>row / ChunkRows</c>.</summary>
    public int ChunkRows => 1 << _shift;

    /// <summary>The padded row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int row) => _chunks[row >> _shift] + (long)(row & ((1 << _shift) - 1)) * Stride;

    /// <summary>The row without its padding.</summary>
    public ReadOnlySpan<float> Vector(int row) => new(Row(row), Dimension);

    /// <summary>Sets a row, the next one or one that is there.</summary>
    public void Set(int row, ReadOnlySpan<float> vector)
    {
        EnsureRow(row);
        vector.CopyTo(new Span<float>(Row(row), Dimension));
    }

    private void EnsureRow(int row)
    {
        if (row >> _shift < _chunkCount)
        {
            return;
        }
        float[] chunk = GC.AllocateArray<float>(ChunkRows * Stride + VectorKernel.Line, pinned: true);
        _pinned.Add(chunk);
        nint address = (nint)Unsafe.AsPointer(ref chunk[0]);
        Append((float*)((address + 63) & ~63));
    }

    private void Append(float* chunk)
    {
        if (_chunkCount == _chunks.Length)
        {
            float*[] more = new float*[2 * _chunks.Length];
            for (int i = 0; i < _chunkCount; i++)
            {
                more[i] = _chunks[i];
            }
            _chunks = more;
        }
        _chunks[_chunkCount++] = chunk;
    }
}
