using System.Runtime.Intrinsics;

namespace ResearchKit.Merge;

/// <summary>
/// Scalar products of all pairs of vectors: float32 products summed over pieces of 512 elements in eight lanes, pieces and chunks summed in double precision in
/// the order of the elements, so that the sums do not depend on threads or on how much is read at once.
/// </summary>
internal static class GramKernel
{
    private const int Piece = 512;

    /// <summary>Adds the products of all pairs i &lt;= j to the upper triangle of an M x M matrix. Threads divide the rows, never a sum.</summary>
    public static void Accumulate(IReadOnlyList<Memory<float>> vectors, double[] gram)
    {
        int rows = (vectors.Count + 1) / 2;
        if (vectors[0].Length < 8 * Piece || rows < 4)
        {
            for (int row = 0; row < rows; row++)
            {
                Row(vectors, 2 * row, gram);
            }
            return;
        }
        Parallel.For(0, rows, row => Row(vectors, 2 * row, gram));
    }

    private static void Row(IReadOnlyList<Memory<float>> vectors, int i, double[] gram)
    {
        int length = vectors[0].Length;
        for (int start = 0; start < length; start += Piece)
        {
            int end = Math.Min(length, start + Piece);
            for (int j = i & ~3; j < vectors.Count; j += 4)
            {
                Tile(vectors, i, j, start, end, gram);
            }
        }
    }

    // Two rows by four columns: six loads for eight products.
    private static void Tile(IReadOnlyList<Memory<float>> vectors, int i, int j, int start, int end, double[] gram)
    {
        int count = vectors.Count;
        ReadOnlySpan<float> a0 = vectors[i].Span[start..end];
        ReadOnlySpan<float> a1 = vectors[Math.Min(i + 1, count - 1)].Span[start..end];
        ReadOnlySpan<float> b0 = vectors[Math.Min(j, count - 1)].Span[start..end];
        ReadOnlySpan<float> b1 = vectors[Math.Min(j + 1, count - 1)].Span[start..end];
        ReadOnlySpan<float> b2 = vectors[Math.Min(j + 2, count - 1)].Span[start..end];
        ReadOnlySpan<float> b3 = vectors[Math.Min(j + 3, count - 1)].Span[start..end];
        (Vector256<float> s00, Vector256<float> s01, Vector256<float> s02, Vector256<float> s03) = (default, default, default, default);
        (Vector256<float> s10, Vector256<float> s11, Vector256<float> s12, Vector256<float> s13) = (default, default, default, default);
        int k = 0;
        for (; k <= a0.Length - Vector256<float>.Count; k += Vector256<float>.Count)
        {
            Vector256<float> x0 = Vector256.Create(a0[k..]);
            Vector256<float> x1 = Vector256.Create(a1[k..]);
            Vector256<float> y = Vector256.Create(b0[k..]);
            s00 = Vector256.FusedMultiplyAdd(x0, y, s00);
            s10 = Vector256.FusedMultiplyAdd(x1, y, s10);
            y = Vector256.Create(b1[k..]);
            s01 = Vector256.FusedMultiplyAdd(x0, y, s01);
            s11 = Vector256.FusedMultiplyAdd(x1, y, s11);
            y = Vector256.Create(b2[k..]);
            s02 = Vector256.FusedMultiplyAdd(x0, y, s02);
            s12 = Vector256.FusedMultiplyAdd(x1, y, s12);
            y = Vector256.Create(b3[k..]);
            s03 = Vector256.FusedMultiplyAdd(x0, y, s03);
            s13 = Vector256.FusedMultiplyAdd(x1, y, s13);
        }
        Add(gram, count, i, j, Sum(s00, a0, b0, k));
        Add(gram, count, i, j + 1, Sum(s01, a0, b1, k));
        Add(gram, count, i, j + 2, Sum(s02, a0, b2, k));
        Add(gram, count, i, j + 3, Sum(s03, a0, b3, k));
        Add(gram, count, i + 1, j, Sum(s10, a1, b0, k));
        Add(gram, count, i + 1, j + 1, Sum(s11, a1, b1, k));
        Add(gram, count, i + 1, j + 2, Sum(s12, a1, b2, k));
        Add(gram, count, i + 1, j + 3, Sum(s13, a1, b3, k));
    }

    private static double Sum(Vector256<float> lanes, ReadOnlySpan<float> a, ReadOnlySpan<float> b, int from)
    {
        double sum = 0;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            sum += lanes[lane];
        }
        for (int k = from; k < a.Length; k++)
        {
            sum += (double)a[k] * b[k];
        }
        return sum;
    }

    private static void Add(double[] gram, int count, int i, int j, double value)
    {
        if (i <= j && j < count && i < count)
        {
            gram[(i * count) + j] += value;
        }
    }
}
