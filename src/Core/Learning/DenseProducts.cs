using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Learning;

/// <summary>
/// The two matrix products of a dense layer on small row-major matrices, blocked so that what is loaded is used several times. Every element is summed in an order
/// that depends on its own lengths alone, with fused operations on vectors of eight: neither the number of rows nor the processor's vectors change a bit.
/// </summary>
internal static class DenseProducts
{
    private const int Lanes = 8;

    // Rows of a block whose columns stay in the first cache while all rows of the result pass.
    private const int Depth = 128;

    /// <summary>y[r, u] = bias[u] + sum over k of x[r, k] w[u, k].</summary>
    /// <param name="x">rows x width.</param>
    /// <param name="w">units x width.</param>
    /// <param name="bias">units.</param>
    /// <param name="y">rows x units: is set.</param>
    /// <param name="rows">The rows of x.</param>
    public static void TimesTransposed(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> y, int rows)
    {
        var units = bias.Length;
        var width = w.Length / units;
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(w);
        ref var to = ref MemoryMarshal.GetReference(y);
        var row = 0;
        for (; row <= rows - 4; row += 4)
        {
            ref var a = ref Unsafe.Add(ref left, row * width);
            ref var c = ref Unsafe.Add(ref to, row * units);
            var unit = 0;
            for (; unit <= units - 3; unit += 3)
            {
                Dots4By3(ref a, ref Unsafe.Add(ref right, unit * width), width, ref Unsafe.Add(ref c, unit), units);
            }
            for (; unit < units; unit++)
            {
                Dots4By1(ref a, ref Unsafe.Add(ref right, unit * width), width, ref Unsafe.Add(ref c, unit), units);
            }
        }
        for (; row < rows; row++)
        {
            ref var b = ref Unsafe.Add(ref left, row * width);
            ref var c = ref Unsafe.Add(ref to, row * units);
            var unit = 0;
            for (; unit <= units - 4; unit += 4)
            {
                Dots4By1(ref Unsafe.Add(ref right, unit * width), ref b, width, ref Unsafe.Add(ref c, unit), 1);
            }
            for (; unit < units; unit++)
            {
                Unsafe.Add(ref c, unit) = Dot(ref Unsafe.Add(ref right, unit * width), ref b, width);
            }
        }
        for (row = 0; row < rows; row++)
        {
            var own = y.Slice(row * units, units);
            for (var unit = 0; unit < units; unit++)
            {
                own[unit] += bias[unit];
            }
        }
    }

    /// <summary>c[i, j] += sum over k of a(i, k) b[k, j], in ascending k.</summary>
    /// <param name="a">The left matrix; a(i, k) is its element i * <paramref name="aRow"/> + k * <paramref name="aDepth"/>, so that it may be transposed.</param>
    /// <param name="aRow">The step from i to i + 1.</param>
    /// <param name="aDepth">The step from k to k + 1.</param>
    /// <param name="b">depth x columns.</param>
    /// <param name="c">rows x columns: is added to.</param>
    /// <param name="rows">The rows of c.</param>
    /// <param name="depth">The terms of a sum.</param>
    public static void AddProduct(ReadOnlySpan<float> a, int aRow, int aDepth, ReadOnlySpan<float> b, Span<float> c, int rows, int depth)
    {
        var columns = c.Length / rows;
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(c);
        for (var first = 0; first < depth; first += Depth)
        {
            var terms = Math.Min(Depth, depth - first);
            ref var aBlock = ref Unsafe.Add(ref left, first * aDepth);
            ref var bBlock = ref Unsafe.Add(ref right, first * columns);
            var column = 0;
            for (; column <= columns - (2 * Lanes); column += 2 * Lanes)
            {
                ref var bTile = ref Unsafe.Add(ref bBlock, column);
                var row = 0;
                for (; row <= rows - 4; row += 4)
                {
                    ref var own = ref Unsafe.Add(ref to, (row * columns) + column);
                    Add4By2(ref Unsafe.Add(ref aBlock, row * aRow), aRow, aDepth, ref bTile, ref own, columns, terms);
                }
                for (; row < rows; row++)
                {
                    ref var own = ref Unsafe.Add(ref to, (row * columns) + column);
                    Add1By2(ref Unsafe.Add(ref aBlock, row * aRow), aDepth, ref bTile, ref own, columns, terms);
                }
            }
            if (column <= columns - Lanes)
            {
                ref var bTile = ref Unsafe.Add(ref bBlock, column);
                var row = 0;
                for (; row <= rows - 4; row += 4)
                {
                    ref var own = ref Unsafe.Add(ref to, (row * columns) + column);
                    Add4By1(ref Unsafe.Add(ref aBlock, row * aRow), aRow, aDepth, ref bTile, ref own, columns, terms);
                }
                for (; row < rows; row++)
                {
                    ref var own = ref Unsafe.Add(ref to, (row * columns) + column);
                    Add1By1(ref Unsafe.Add(ref aBlock, row * aRow), aDepth, ref bTile, ref own, columns, terms);
                }
                column += Lanes;
            }
            for (var row = 0; row < rows && column < columns; row++)
            {
                ref var aOwn = ref Unsafe.Add(ref aBlock, row * aRow);
                for (var j = column; j < columns; j++)
                {
                    ref var own = ref Unsafe.Add(ref to, (row * columns) + j);
                    var sum = own;
                    for (var k = 0; k < terms; k++)
                    {
                        sum = MathF.FusedMultiplyAdd(Unsafe.Add(ref aOwn, k * aDepth), Unsafe.Add(ref bBlock, (k * columns) + j), sum);
                    }
                    own = sum;
                }
            }
        }
    }

    // The kernels are optimised when first called: tiering would leave a short run in their slow form.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots4By3(ref float a, ref float b, int width, ref float c, int step)
    {
        ref var a1 = ref Unsafe.Add(ref a, width);
        ref var a2 = ref Unsafe.Add(ref a1, width);
        ref var a3 = ref Unsafe.Add(ref a2, width);
        ref var b1 = ref Unsafe.Add(ref b, width);
        ref var b2 = ref Unsafe.Add(ref b1, width);
        Vector256<float> s00 = default,
            s01 = default,
            s02 = default,
            s10 = default,
            s11 = default,
            s12 = default;
        Vector256<float> s20 = default,
            s21 = default,
            s22 = default,
            s30 = default,
            s31 = default,
            s32 = default;
        nuint k = 0;
        for (; k + Lanes <= (nuint)width; k += Lanes)
        {
            var y0 = Vector256.LoadUnsafe(ref b, k);
            var y1 = Vector256.LoadUnsafe(ref b1, k);
            var y2 = Vector256.LoadUnsafe(ref b2, k);
            var x = Vector256.LoadUnsafe(ref a, k);
            (s00, s01, s02) = (Fused(x, y0, s00), Fused(x, y1, s01), Fused(x, y2, s02));
            x = Vector256.LoadUnsafe(ref a1, k);
            (s10, s11, s12) = (Fused(x, y0, s10), Fused(x, y1, s11), Fused(x, y2, s12));
            x = Vector256.LoadUnsafe(ref a2, k);
            (s20, s21, s22) = (Fused(x, y0, s20), Fused(x, y1, s21), Fused(x, y2, s22));
            x = Vector256.LoadUnsafe(ref a3, k);
            (s30, s31, s32) = (Fused(x, y0, s30), Fused(x, y1, s31), Fused(x, y2, s32));
        }
        c = Finish(s00, ref a, ref b, k, width);
        Unsafe.Add(ref c, 1) = Finish(s01, ref a, ref b1, k, width);
        Unsafe.Add(ref c, 2) = Finish(s02, ref a, ref b2, k, width);
        ref var next = ref Unsafe.Add(ref c, step);
        next = Finish(s10, ref a1, ref b, k, width);
        Unsafe.Add(ref next, 1) = Finish(s11, ref a1, ref b1, k, width);
        Unsafe.Add(ref next, 2) = Finish(s12, ref a1, ref b2, k, width);
        next = ref Unsafe.Add(ref next, step);
        next = Finish(s20, ref a2, ref b, k, width);
        Unsafe.Add(ref next, 1) = Finish(s21, ref a2, ref b1, k, width);
        Unsafe.Add(ref next, 2) = Finish(s22, ref a2, ref b2, k, width);
        next = ref Unsafe.Add(ref next, step);
        next = Finish(s30, ref a3, ref b, k, width);
        Unsafe.Add(ref next, 1) = Finish(s31, ref a3, ref b1, k, width);
        Unsafe.Add(ref next, 2) = Finish(s32, ref a3, ref b2, k, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots4By1(ref float a, ref float b, int width, ref float c, int step)
    {
        ref var a1 = ref Unsafe.Add(ref a, width);
        ref var a2 = ref Unsafe.Add(ref a1, width);
        ref var a3 = ref Unsafe.Add(ref a2, width);
        Vector256<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        nuint k = 0;
        for (; k + Lanes <= (nuint)width; k += Lanes)
        {
            var y = Vector256.LoadUnsafe(ref b, k);
            s0 = Fused(Vector256.LoadUnsafe(ref a, k), y, s0);
            s1 = Fused(Vector256.LoadUnsafe(ref a1, k), y, s1);
            s2 = Fused(Vector256.LoadUnsafe(ref a2, k), y, s2);
            s3 = Fused(Vector256.LoadUnsafe(ref a3, k), y, s3);
        }
        c = Finish(s0, ref a, ref b, k, width);
        Unsafe.Add(ref c, step) = Finish(s1, ref a1, ref b, k, width);
        Unsafe.Add(ref c, 2 * step) = Finish(s2, ref a2, ref b, k, width);
        Unsafe.Add(ref c, 3 * step) = Finish(s3, ref a3, ref b, k, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(ref float a, ref float b, int width)
    {
        Vector256<float> sum = default;
        nuint k = 0;
        for (; k + Lanes <= (nuint)width; k += Lanes)
        {
            sum = Fused(Vector256.LoadUnsafe(ref a, k), Vector256.LoadUnsafe(ref b, k), sum);
        }
        return Finish(sum, ref a, ref b, k, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add4By2(ref float a, int aRow, int aDepth, ref float b, ref float c, int columns, int terms)
    {
        ref var c1 = ref Unsafe.Add(ref c, columns);
        ref var c2 = ref Unsafe.Add(ref c1, columns);
        ref var c3 = ref Unsafe.Add(ref c2, columns);
        var (s00, s01) = (Vector256.LoadUnsafe(ref c), Vector256.LoadUnsafe(ref c, Lanes));
        var (s10, s11) = (Vector256.LoadUnsafe(ref c1), Vector256.LoadUnsafe(ref c1, Lanes));
        var (s20, s21) = (Vector256.LoadUnsafe(ref c2), Vector256.LoadUnsafe(ref c2, Lanes));
        var (s30, s31) = (Vector256.LoadUnsafe(ref c3), Vector256.LoadUnsafe(ref c3, Lanes));
        for (var k = 0; k < terms; k++)
        {
            var (y0, y1) = (Vector256.LoadUnsafe(ref b), Vector256.LoadUnsafe(ref b, Lanes));
            var x = Vector256.Create(a);
            (s00, s01) = (Fused(x, y0, s00), Fused(x, y1, s01));
            x = Vector256.Create(Unsafe.Add(ref a, aRow));
            (s10, s11) = (Fused(x, y0, s10), Fused(x, y1, s11));
            x = Vector256.Create(Unsafe.Add(ref a, 2 * aRow));
            (s20, s21) = (Fused(x, y0, s20), Fused(x, y1, s21));
            x = Vector256.Create(Unsafe.Add(ref a, 3 * aRow));
            (s30, s31) = (Fused(x, y0, s30), Fused(x, y1, s31));
            a = ref Unsafe.Add(ref a, aDepth);
            b = ref Unsafe.Add(ref b, columns);
        }
        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, Lanes);
        s10.StoreUnsafe(ref c1);
        s11.StoreUnsafe(ref c1, Lanes);
        s20.StoreUnsafe(ref c2);
        s21.StoreUnsafe(ref c2, Lanes);
        s30.StoreUnsafe(ref c3);
        s31.StoreUnsafe(ref c3, Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add1By2(ref float a, int aDepth, ref float b, ref float c, int columns, int terms)
    {
        var (s0, s1) = (Vector256.LoadUnsafe(ref c), Vector256.LoadUnsafe(ref c, Lanes));
        for (var k = 0; k < terms; k++)
        {
            var x = Vector256.Create(a);
            s0 = Fused(x, Vector256.LoadUnsafe(ref b), s0);
            s1 = Fused(x, Vector256.LoadUnsafe(ref b, Lanes), s1);
            a = ref Unsafe.Add(ref a, aDepth);
            b = ref Unsafe.Add(ref b, columns);
        }
        s0.StoreUnsafe(ref c);
        s1.StoreUnsafe(ref c, Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add4By1(ref float a, int aRow, int aDepth, ref float b, ref float c, int columns, int terms)
    {
        ref var c1 = ref Unsafe.Add(ref c, columns);
        ref var c2 = ref Unsafe.Add(ref c1, columns);
        ref var c3 = ref Unsafe.Add(ref c2, columns);
        var (s0, s1) = (Vector256.LoadUnsafe(ref c), Vector256.LoadUnsafe(ref c1));
        var (s2, s3) = (Vector256.LoadUnsafe(ref c2), Vector256.LoadUnsafe(ref c3));
        for (var k = 0; k < terms; k++)
        {
            var y = Vector256.LoadUnsafe(ref b);
            s0 = Fused(Vector256.Create(a), y, s0);
            s1 = Fused(Vector256.Create(Unsafe.Add(ref a, aRow)), y, s1);
            s2 = Fused(Vector256.Create(Unsafe.Add(ref a, 2 * aRow)), y, s2);
            s3 = Fused(Vector256.Create(Unsafe.Add(ref a, 3 * aRow)), y, s3);
            a = ref Unsafe.Add(ref a, aDepth);
            b = ref Unsafe.Add(ref b, columns);
        }
        s0.StoreUnsafe(ref c);
        s1.StoreUnsafe(ref c1);
        s2.StoreUnsafe(ref c2);
        s3.StoreUnsafe(ref c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add1By1(ref float a, int aDepth, ref float b, ref float c, int columns, int terms)
    {
        var sum = Vector256.LoadUnsafe(ref c);
        for (var k = 0; k < terms; k++)
        {
            sum = Fused(Vector256.Create(a), Vector256.LoadUnsafe(ref b), sum);
            a = ref Unsafe.Add(ref a, aDepth);
            b = ref Unsafe.Add(ref b, columns);
        }
        sum.StoreUnsafe(ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fused(Vector256<float> x, Vector256<float> y, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Finish(Vector256<float> sum, ref float a, ref float b, nuint k, int width)
    {
        var value = Vector256.Sum(sum);
        for (; k < (nuint)width; k++)
        {
            value = MathF.FusedMultiplyAdd(Unsafe.Add(ref a, k), Unsafe.Add(ref b, k), value);
        }
        return value;
    }
}
