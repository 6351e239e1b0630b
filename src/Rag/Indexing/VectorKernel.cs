using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Rag;

/// <summary>
/// The inner loops of searching. Rows are padded with zeros to whole cache lines (<see cref="Stride"/>), so there is no remainder. Four accumulators hide the
/// latency of the multiply-add; tiles of four queries by four rows use each loaded value four times.
/// </summary>
internal static unsafe class VectorKernel
{
    /// <summary>Floats of a cache line.</summary>
    public const int Line = 16;

    /// <summary>Rows or queries of a tile.</summary>
    public const int Tile = 4;

    private const int Block = 64;

    /// <summary>The padded length of a row.</summary>
    public static int Stride(int dimension) => (dimension + Line - 1) & -Line;

    /// <summary>The inner product of two padded rows.</summary>
    public static float Dot(float* a, float* b, int stride)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            return TensorPrimitives.Dot(new ReadOnlySpan<float>(a, stride), new ReadOnlySpan<float>(b, stride));
        }
        Vector512<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        int i = 0;
        for (; i <= stride - Block; i += Block)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + 16), Vector512.Load(b + i + 16), s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + 32), Vector512.Load(b + i + 32), s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + 48), Vector512.Load(b + i + 48), s3);
        }
        for (; i < stride; i += Line)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
        }
        return Vector512.Sum((s0 + s1) + (s2 + s3));
    }

    /// <summary>The squared L2 distance of two padded rows, or something above <paramref name="limit"/> as soon as it must be: blocks of 64 are summed until then.</summary>
    public static float SquaredDistance(float* a, float* b, int stride, float limit = float.PositiveInfinity)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            return SquaredDistanceNarrow(a, b, stride, limit);
        }
        Vector512<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        int i = 0;
        int check = limit == float.PositiveInfinity ? int.MaxValue : 2 * Block;
        for (; i <= stride - Block; i += Block)
        {
            Vector512<float> d0 = Vector512.Load(a + i) - Vector512.Load(b + i);
            Vector512<float> d1 = Vector512.Load(a + i + 16) - Vector512.Load(b + i + 16);
            Vector512<float> d2 = Vector512.Load(a + i + 32) - Vector512.Load(b + i + 32);
            Vector512<float> d3 = Vector512.Load(a + i + 48) - Vector512.Load(b + i + 48);
            s0 = Vector512.FusedMultiplyAdd(d0, d0, s0);
            s1 = Vector512.FusedMultiplyAdd(d1, d1, s1);
            s2 = Vector512.FusedMultiplyAdd(d2, d2, s2);
            s3 = Vector512.FusedMultiplyAdd(d3, d3, s3);
            if (i >= check)
            {
                float partial = Vector512.Sum((s0 + s1) + (s2 + s3));
                if (partial > limit)
                {
                    return partial;
                }
                check = i + 2 * Block;
            }
        }
        for (; i < stride; i += Line)
        {
            Vector512<float> d = Vector512.Load(a + i) - Vector512.Load(b + i);
            s0 = Vector512.FusedMultiplyAdd(d, d, s0);
        }
        return Vector512.Sum((s0 + s1) + (s2 + s3));
    }

    /// <summary>The inner products of four queries with four rows: products[4 * query + row].</summary>
    public static void DotTile(float* queries, float* rows, int stride, float* products)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            for (int q = 0; q < Tile; q++)
            {
                for (int r = 0; r < Tile; r++)
                {
                    products[Tile * q + r] = Dot(queries + q * stride, rows + r * stride, stride);
                }
            }
            return;
        }
        float* q0 = queries,
            q1 = queries + stride,
            q2 = queries + 2 * stride,
            q3 = queries + 3 * stride;
        float* r0 = rows,
            r1 = rows + stride,
            r2 = rows + 2 * stride,
            r3 = rows + 3 * stride;
        Vector512<float> s00 = default,
            s01 = default,
            s02 = default,
            s03 = default,
            s10 = default,
            s11 = default,
            s12 = default,
            s13 = default,
            s20 = default,
            s21 = default,
            s22 = default,
            s23 = default,
            s30 = default,
            s31 = default,
            s32 = default,
            s33 = default;
        for (int i = 0; i < stride; i += Line)
        {
            Vector512<float> x0 = Vector512.Load(r0 + i),
                x1 = Vector512.Load(r1 + i),
                x2 = Vector512.Load(r2 + i),
                x3 = Vector512.Load(r3 + i);
            Vector512<float> y = Vector512.Load(q0 + i);
            s00 = Vector512.FusedMultiplyAdd(y, x0, s00);
            s01 = Vector512.FusedMultiplyAdd(y, x1, s01);
            s02 = Vector512.FusedMultiplyAdd(y, x2, s02);
            s03 = Vector512.FusedMultiplyAdd(y, x3, s03);
            y = Vector512.Load(q1 + i);
            s10 = Vector512.FusedMultiplyAdd(y, x0, s10);
            s11 = Vector512.FusedMultiplyAdd(y, x1, s11);
            s12 = Vector512.FusedMultiplyAdd(y, x2, s12);
            s13 = Vector512.FusedMultiplyAdd(y, x3, s13);
            y = Vector512.Load(q2 + i);
            s20 = Vector512.FusedMultiplyAdd(y, x0, s20);
            s21 = Vector512.FusedMultiplyAdd(y, x1, s21);
            s22 = Vector512.FusedMultiplyAdd(y, x2, s22);
            s23 = Vector512.FusedMultiplyAdd(y, x3, s23);
            y = Vector512.Load(q3 + i);
            s30 = Vector512.FusedMultiplyAdd(y, x0, s30);
            s31 = Vector512.FusedMultiplyAdd(y, x1, s31);
            s32 = Vector512.FusedMultiplyAdd(y, x2, s32);
            s33 = Vector512.FusedMultiplyAdd(y, x3, s33);
        }
        Sums(s00, s01, s02, s03).Store(products);
        Sums(s10, s11, s12, s13).Store(products + 4);
        Sums(s20, s21, s22, s23).Store(products + 8);
        Sums(s30, s31, s32, s33).Store(products + 12);
    }

    /// <summary>Asks for the first lines of a row before they are needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
        {
            byte* line = (byte*)address;
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(line);
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(line + 64);
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(line + 128);
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(line + 192);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        Vector128.Create(Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));

    private static float SquaredDistanceNarrow(float* a, float* b, int stride, float limit)
    {
        float sum = 0;
        for (int i = 0; i < stride && sum <= limit; i += Block)
        {
            int length = Math.Min(Block, stride - i);
            Vector<float> s = default;
            int j = i;
            for (; j <= i + length - Vector<float>.Count; j += Vector<float>.Count)
            {
                Vector<float> d = Vector.Load(a + j) - Vector.Load(b + j);
                s += d * d;
            }
            sum += Vector.Sum(s);
            for (; j < i + length; j++)
            {
                sum += (a[j] - b[j]) * (a[j] - b[j]);
            }
        }
        return sum;
    }

    /// <summary>Refuses what no search can work with.</summary>
    /// <exception cref="ArgumentException">Another dimension, a value that is not finite, or a zero vector where there is no cosine for it.</exception>
    public static void Check(ReadOnlySpan<float> vector, int dimension, VectorMetric metric, string name)
    {
        if (vector.Length != dimension)
        {
            throw new ArgumentException($"The vector has {vector.Length} dimensions; {dimension} are needed.", name);
        }
        // Not finite means: the exponent's bits are all set. The largest magnitude has them if any has.
        int bad = IndexOfNotFinite(vector);
        if (bad >= 0)
        {
            throw new ArgumentException($"Value {bad} of the vector is {vector[bad]}; all values must be finite.", name);
        }
        if (metric == VectorMetric.Cosine && vector.IndexOfAnyExcept(0f) < 0)
        {
            throw new ArgumentException($"The vector of {vector.Length} zeros has no direction, so it has no cosine.", name);
        }
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> vector)
    {
        const int Exponent = 0x7F800000;
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(vector);
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<int> mask = new(Exponent);
            for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                if (Vector.EqualsAny(new Vector<int>(bits[i..]) & mask, mask))
                {
                    break;
                }
            }
        }
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
            {
                return i;
            }
        }
        return -1;
    }
}
