using System.Buffers;
using System.Numerics.Tensors;

namespace ResearchKit.Rag;

/// <summary>
/// Exact search: every row is compared. A single query reads memory once, at the speed of memory; many queries at once share what is read
/// (<see cref="SearchBatch"/>).
/// </summary>
public sealed unsafe class FlatIndex : VectorIndex
{
    private const int BlockRows = 32;

    // The identity |q|^2 + |x|^2 - 2qx loses digits where the distance is small: so many more candidates are compared again, exactly.
    private const int Slack = 8;

    private float[] _squares = new float[16];

    /// <summary>An empty index.</summary>
    /// <param name="dimension">The length of a vector, at least 1.</param>
    /// <param name="metric">How near two vectors are.</param>
    public FlatIndex(int dimension, VectorMetric metric = VectorMetric.Euclidean)
        : base(dimension, metric, null) { }

    private FlatIndex(VectorRows rows, VectorMetric metric)
        : base(rows.Dimension, metric, rows) { }

    /// <inheritdoc/>
    public override string Name => "flat";

    /// <summary>Finds the nearest rows of many queries; the same as one <see cref="VectorIndex.Search(ReadOnlySpan{float}, Span{Neighbor}, Func{string, bool})"/> each, up to the order of equal distances within rounding.</summary>
    /// <param name="queries">queries x <see cref="VectorIndex.Dimension"/> values.</param>
    /// <param name="k">How many neighbours a query, at least 1.</param>
    /// <param name="threads">Threads, each with a share of the queries.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>For each query its neighbours, nearest first.</returns>
    /// <exception cref="ArgumentException">The values are not whole queries, or one cannot be searched for; the message names it.</exception>
    public Neighbor[][] SearchBatch(ReadOnlyMemory<float> queries, int k, int threads = 1, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (queries.Length % Dimension != 0)
        {
            throw new ArgumentException($"{queries.Length} values are no whole number of queries of {Dimension}.", nameof(queries));
        }
        int count = queries.Length / Dimension;
        for (int i = 0; i < count; i++)
        {
            VectorKernel.Check(queries.Span.Slice(i * Dimension, Dimension), Dimension, Metric, $"queries[{i}]");
        }
        Neighbor[][] found = new Neighbor[count][];
        int share = Math.Max(VectorKernel.Tile, (((count - 1) / threads) + VectorKernel.Tile) & -VectorKernel.Tile);
        EnterRead(() =>
        {
            if (threads == 1 || count <= share)
            {
                SearchShare(queries.Span, found, k, ct);
                return;
            }
            Parallel.For(
                0,
                (count + share - 1) / share,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct },
                part =>
                {
                    int start = part * share;
                    int length = Math.Min(share, count - start);
                    SearchShare(queries.Span.Slice(start * Dimension, length * Dimension), found.AsSpan(start, length), k, ct);
                }
            );
        });
        return found;
    }

    private protected override int Find(float* query, Span<Neighbor> to, Func<string, bool>? filter)
    {
        TopNeighbors top = new(to);
        bool all = filter is null && !HasRemoved;
        for (int row = 0; row < RowCount; row++)
        {
            float distance = Distance(query, row);
            if (distance <= top.Limit && (all || Allows(row, filter)))
            {
                top.Offer(row, distance);
            }
        }
        return top.Sort();
    }

    private protected override void Link(int row, Action publish)
    {
        _squares[row] = TensorPrimitives.SumOfSquares(Rows.Vector(row));
        EnterWrite(publish);
    }

    private protected override void EnsureRow(int row)
    {
        base.EnsureRow(row);
        if (row >= _squares.Length)
        {
            Array.Resize(ref _squares, Math.Max(row + 1, 2 * _squares.Length));
        }
    }

    /// <summary>Takes over rows that are there already.</summary>
    internal static FlatIndex Of(VectorRows rows, VectorMetric metric, string[] ids, bool[] removed)
    {
        FlatIndex index = new(rows, metric);
        index.Adopt(ids, removed);
        index._squares = new float[Math.Max(16, ids.Length)];
        for (int row = 0; row < ids.Length; row++)
        {
            index._squares[row] = TensorPrimitives.SumOfSquares(rows.Vector(row));
        }
        return index;
    }

    private void SearchShare(ReadOnlySpan<float> queries, Span<Neighbor[]> found, int k, CancellationToken ct)
    {
        int stride = Rows.Stride;
        int tiles = (found.Length + VectorKernel.Tile - 1) / VectorKernel.Tile;
        int kept = Math.Min(k + Slack, Math.Max(1, RowCount));
        float[] memory = ArrayPool<float>.Shared.Rent((tiles * VectorKernel.Tile * stride) + VectorKernel.Line);
        try
        {
            fixed (float* start = memory)
            {
                float* padded = (float*)(((nint)start + 63) & ~63);
                new Span<float>(padded, tiles * VectorKernel.Tile * stride).Clear();
                for (int i = 0; i < found.Length; i++)
                {
                    Pad(queries.Slice(i * Dimension, Dimension), padded + i * stride);
                }
                Neighbor[] best = new Neighbor[found.Length * kept];
                int[] counts = ScanTiles(padded, found.Length, tiles, best, kept, ct);
                for (int i = 0; i < found.Length; i++)
                {
                    found[i] = Exactly(padded + i * stride, best.AsSpan(i * kept, counts[i]), k);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    private int[] ScanTiles(float* padded, int count, int tiles, Neighbor[] best, int kept, CancellationToken ct)
    {
        int stride = Rows.Stride;
        float* products = stackalloc float[VectorKernel.Tile * VectorKernel.Tile];
        // Heaps stay between blocks: their counts and limits are kept beside them.
        int[] counts = new int[count];
        float[] limits = new float[count];
        float[] norms = new float[count];
        for (int i = 0; i < count; i++)
        {
            limits[i] = float.PositiveInfinity;
            norms[i] = TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(padded + i * stride, stride));
        }
        bool inner = Metric == VectorMetric.InnerProduct;
        bool some = HasRemoved;
        for (int block = 0; block < RowCount; block += BlockRows)
        {
            if (block % 4096 == 0)
            {
                ct.ThrowIfCancellationRequested();
            }
            int end = Math.Min(block + BlockRows, RowCount);
            for (int tile = 0; tile < tiles; tile++)
            {
                int first = tile * VectorKernel.Tile;
                int inTile = Math.Min(VectorKernel.Tile, count - first);
                for (int row = block; row < end; row += VectorKernel.Tile)
                {
                    // Chunks have a multiple of four rows: a tile never crosses their border, and what is behind the last row is zero.
                    VectorKernel.DotTile(padded + first * stride, Rows.Row(row), stride, products);
                    int rows = Math.Min(VectorKernel.Tile, end - row);
                    for (int q = 0; q < inTile; q++)
                    {
                        for (int r = 0; r < rows; r++)
                        {
                            float product = products[VectorKernel.Tile * q + r];
                            float distance = inner ? -product : norms[first + q] + _squares[row + r] - 2 * product;
                            if (distance <= limits[first + q] && !(some && IsRemoved(row + r)))
                            {
                                Keep(
                                    best.AsSpan((first + q) * kept, kept),
                                    ref counts[first + q],
                                    ref limits[first + q],
                                    row + r,
                                    distance
                                );
                            }
                        }
                    }
                }
            }
        }
        return counts;
    }

    private static void Keep(Span<Neighbor> heap, ref int count, ref float limit, int row, float distance)
    {
        TopNeighbors top = new(heap, count, limit);
        top.Offer(row, distance);
        (count, limit) = (top.Count, top.Limit);
    }

    private Neighbor[] Exactly(float* query, Span<Neighbor> candidates, int k)
    {
        foreach (ref Neighbor candidate in candidates)
        {
            candidate = candidate with { Distance = Distance(query, candidate.Row) };
        }
        candidates.Sort(static (a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Row.CompareTo(b.Row));
        Neighbor[] nearest = candidates[..Math.Min(k, candidates.Length)].ToArray();
        foreach (ref Neighbor neighbor in nearest.AsSpan())
        {
            neighbor = neighbor with { Distance = DistanceOf(query, neighbor) };
        }
        return nearest;
    }
}
