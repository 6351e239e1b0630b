using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The compression of MD5 (RFC 1321) for eight messages at once: samples hash every identifier in every round.</summary>
internal static class Md5Lanes
{
    internal const int Lanes = 8;

    private static readonly uint[] Sines =
    [
        .. Enumerable.Range(1, 64).Select(i => (uint)(long)Math.Floor(Math.Abs(Math.Sin(i)) * 4294967296.0)),
    ];

    internal static (uint A, uint B, uint C, uint D) Start => (0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

    /// <summary>Passes one block of each message into the states.</summary>
    /// <param name="a">The first words of the states, and so on.</param>
    /// <param name="b">.</param>
    /// <param name="c">.</param>
    /// <param name="d">.</param>
    /// <param name="words">The 16 words of the blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compress(
        ref Vector256<uint> a,
        ref Vector256<uint> b,
        ref Vector256<uint> c,
        ref Vector256<uint> d,
        ReadOnlySpan<Vector256<uint>> words
    )
    {
        (Vector256<uint> a0, Vector256<uint> b0, Vector256<uint> c0, Vector256<uint> d0) = (a, b, c, d);
        (Vector256<uint> w, Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) = (a, b, c, d);
        ReadOnlySpan<uint> sines = Sines;
        for (int i = 0; i < 16; i += 4)
        {
            w = Step(w, x, z ^ (x & (y ^ z)), words[i], sines[i], 7);
            z = Step(z, w, y ^ (w & (x ^ y)), words[i + 1], sines[i + 1], 12);
            y = Step(y, z, x ^ (z & (w ^ x)), words[i + 2], sines[i + 2], 17);
            x = Step(x, y, w ^ (y & (z ^ w)), words[i + 3], sines[i + 3], 22);
        }

        for (int i = 16; i < 32; i += 4)
        {
            w = Step(w, x, y ^ (z & (x ^ y)), words[((5 * i) + 1) & 15], sines[i], 5);
            z = Step(z, w, x ^ (y & (w ^ x)), words[((5 * i) + 6) & 15], sines[i + 1], 9);
            y = Step(y, z, w ^ (x & (z ^ w)), words[((5 * i) + 11) & 15], sines[i + 2], 14);
            x = Step(x, y, z ^ (w & (y ^ z)), words[((5 * i) + 16) & 15], sines[i + 3], 20);
        }

        for (int i = 32; i < 48; i += 4)
        {
            w = Step(w, x, x ^ y ^ z, words[((3 * i) + 5) & 15], sines[i], 4);
            z = Step(z, w, w ^ x ^ y, words[((3 * i) + 8) & 15], sines[i + 1], 11);
            y = Step(y, z, z ^ w ^ x, words[((3 * i) + 11) & 15], sines[i + 2], 16);
            x = Step(x, y, y ^ z ^ w, words[((3 * i) + 14) & 15], sines[i + 3], 23);
        }

        for (int i = 48; i < 64; i += 4)
        {
            w = Step(w, x, y ^ (x | ~z), words[(7 * i) & 15], sines[i], 6);
            z = Step(z, w, x ^ (w | ~y), words[((7 * i) + 7) & 15], sines[i + 1], 10);
            y = Step(y, z, w ^ (z | ~x), words[((7 * i) + 14) & 15], sines[i + 2], 15);
            x = Step(x, y, z ^ (y | ~w), words[((7 * i) + 21) & 15], sines[i + 3], 21);
        }

        (a, b, c, d) = (a0 + w, b0 + x, c0 + y, d0 + z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Step(Vector256<uint> a, Vector256<uint> b, Vector256<uint> f, Vector256<uint> word, uint sine, int turn)
    {
        Vector256<uint> sum = a + f + word + Vector256.Create(sine);
        return b + ((sum << turn) | (sum >>> (32 - turn)));
    }
}
