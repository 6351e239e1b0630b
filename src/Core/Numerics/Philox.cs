using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResearchKit.Numerics;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed bijection of
/// 128-bit counters. Block i of a stream needs no earlier block, so a stream can be sought, split and filled several blocks at once.
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four output words of one counter, in place.</summary>
    public static void Block(ref uint c0, ref uint c1, ref uint c2, ref uint c3, uint k0, uint k1)
    {
        var (x0, x1, x2, x3) = (c0, c1, c2, c3);
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            x0 = (uint)(product1 >> 32) ^ x1 ^ k0;
            x1 = (uint)product1;
            x2 = (uint)(product0 >> 32) ^ x3 ^ k1;
            x3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        (c0, c1, c2, c3) = (x0, x1, x2, x3);
    }

    /// <summary>Whole blocks from <paramref name="block"/> on, by the widest vectors of this processor; the numbers do not depend on them.</summary>
    /// <param name="to">A multiple of four words.</param>
    /// <param name="block">The first block (counter words 0 and 1).</param>
    /// <param name="name">Counter words 2 and 3: low half word 2, high half word 3.</param>
    /// <param name="key">Key words 0 and 1: low half word 0, high half word 1.</param>
    public static void Fill(Span<uint> to, ulong block, ulong name, ulong key)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            done = Fill512(to, block, name, key);
        }
        else if (Avx2.IsSupported)
        {
            done = Fill256(to, block, name, key);
        }
        FillScalar(to[done..], block + ((ulong)done >> 2), name, key);
    }

    /// <summary>The plain reference: one block after another.</summary>
    public static void FillScalar(Span<uint> to, ulong block, ulong name, ulong key)
    {
        for (; to.Length >= 4; to = to[4..], block++)
        {
            var (c0, c1, c2, c3) = ((uint)block, (uint)(block >> 32), (uint)name, (uint)(name >> 32));
            Block(ref c0, ref c1, ref c2, ref c3, (uint)key, (uint)(key >> 32));
            (to[0], to[1], to[2], to[3]) = (c0, c1, c2, c3);
        }
    }

    /// <summary>Eight blocks a step, as two groups of four 64-bit lanes; returns the number of words written.</summary>
    /// <remarks>
    /// A lane holds one counter word in its low half; what a product leaves in the high half is ignored by the next widening product.
    /// The lanes carry the blocks in the order 0, 2, 1, 3, so that unpacking within 128-bit halves puts them out in order.
    /// </remarks>
    public static int Fill256(Span<uint> to, ulong block, ulong name, ulong key)
    {
        const int WordsAStep = 32;
        ref var start = ref MemoryMarshal.GetReference(to);
        var steps = to.Length / WordsAStep;
        var index = Vector256.Create(block) + Vector256.Create(0UL, 2, 1, 3);
        var multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32();
        var multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        for (var step = 0; step < steps; step++)
        {
            var (a0, a1, a2, a3) = (index, index >> 32, Vector256.Create(name & uint.MaxValue), Vector256.Create(name >> 32));
            var second = index + Vector256.Create(4UL);
            var (b0, b1, b2, b3) = (second, second >> 32, a2, a3);
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < Rounds; round++)
            {
                var (key0, key1) = (Vector256.Create((ulong)k0), Vector256.Create((ulong)k1));
                var productA0 = Avx2.Multiply(a0.AsUInt32(), multiplier0);
                var productA1 = Avx2.Multiply(a2.AsUInt32(), multiplier1);
                var productB0 = Avx2.Multiply(b0.AsUInt32(), multiplier0);
                var productB1 = Avx2.Multiply(b2.AsUInt32(), multiplier1);
                a0 = (productA1 >> 32) ^ a1 ^ key0;
                a2 = (productA0 >> 32) ^ a3 ^ key1;
                b0 = (productB1 >> 32) ^ b1 ^ key0;
                b2 = (productB0 >> 32) ^ b3 ^ key1;
                (a1, a3, b1, b3) = (productA1, productA0, productB1, productB0);
                k0 += Weyl0;
                k1 += Weyl1;
            }
            Store(a0, a1, a2, a3, ref start, step * WordsAStep);
            Store(b0, b1, b2, b3, ref start, step * WordsAStep + 16);
            index += Vector256.Create(8UL);
        }
        return steps * WordsAStep;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector256<ulong> w0, Vector256<ulong> w1, Vector256<ulong> w2, Vector256<ulong> w3, ref uint start, int offset)
        {
            var low = Vector256.Create((ulong)uint.MaxValue);
            var (front, back) = ((w0 & low) | (w1 << 32), (w2 & low) | (w3 << 32));
            Avx2.UnpackLow(front, back).AsUInt32().StoreUnsafe(ref start, (nuint)offset);
            Avx2.UnpackHigh(front, back).AsUInt32().StoreUnsafe(ref start, (nuint)offset + 8);
        }
    }

    /// <summary>As <see cref="Fill256"/> with sixteen blocks a step.</summary>
    public static int Fill512(Span<uint> to, ulong block, ulong name, ulong key)
    {
        const int WordsAStep = 64;
        ref var start = ref MemoryMarshal.GetReference(to);
        var steps = to.Length / WordsAStep;
        var index = Vector512.Create(block) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        var multiplier0 = Vector512.Create((ulong)Multiplier0).AsUInt32();
        var multiplier1 = Vector512.Create((ulong)Multiplier1).AsUInt32();
        for (var step = 0; step < steps; step++)
        {
            var (a0, a1, a2, a3) = (index, index >> 32, Vector512.Create(name & uint.MaxValue), Vector512.Create(name >> 32));
            var second = index + Vector512.Create(8UL);
            var (b0, b1, b2, b3) = (second, second >> 32, a2, a3);
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < Rounds; round++)
            {
                var (key0, key1) = (Vector512.Create((ulong)k0), Vector512.Create((ulong)k1));
                var productA0 = Avx512F.Multiply(a0.AsUInt32(), multiplier0);
                var productA1 = Avx512F.Multiply(a2.AsUInt32(), multiplier1);
                var productB0 = Avx512F.Multiply(b0.AsUInt32(), multiplier0);
                var productB1 = Avx512F.Multiply(b2.AsUInt32(), multiplier1);
                a0 = (productA1 >> 32) ^ a1 ^ key0;
                a2 = (productA0 >> 32) ^ a3 ^ key1;
                b0 = (productB1 >> 32) ^ b1 ^ key0;
                b2 = (productB0 >> 32) ^ b3 ^ key1;
                (a1, a3, b1, b3) = (productA1, productA0, productB1, productB0);
                k0 += Weyl0;
                k1 += Weyl1;
            }
            Store(a0, a1, a2, a3, ref start, step * WordsAStep);
            Store(b0, b1, b2, b3, ref start, step * WordsAStep + 32);
            index += Vector512.Create(16UL);
        }
        return steps * WordsAStep;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3, ref uint start, int offset)
        {
            var low = Vector512.Create((ulong)uint.MaxValue);
            var (front, back) = ((w0 & low) | (w1 << 32), (w2 & low) | (w3 << 32));
            Avx512F.UnpackLow(front, back).AsUInt32().StoreUnsafe(ref start, (nuint)offset);
            Avx512F.UnpackHigh(front, back).AsUInt32().StoreUnsafe(ref start, (nuint)offset + 16);
        }
    }
}
