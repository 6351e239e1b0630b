using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Watermark;

/// <summary>
/// Values of a <see cref="SpectralField"/> at many pairs in single precision, good for ranking within <see cref="ErrorBound"/>.
/// A position is written with two digits, x = high S + low with S = ceil(sqrt M), so that e^{iux} is the product of two table
/// entries and the tables take 4 S m complex numbers only. For a fixed x and high digit of y the waves are combined once;
/// each y then costs four multiply-adds a carrier, eight carriers at a time.
/// </summary>
internal sealed class PairScorer
{
    private const int Lanes = 8;

    private readonly int digit;
    private readonly int padded;

    // Rows of a digit: [cos u, sin u, cos v, sin v], each `padded` long.
    private readonly float[] high;
    private readonly float[] low;
    private readonly float[] real;
    private readonly float[] imaginary;

    public PairScorer(SpectralField field)
    {
        int m = field.Carriers.Length;
        padded = (m + Lanes - 1) / Lanes * Lanes;
        digit = (int)Math.Ceiling(Math.Sqrt(field.Modulus));
        real = new float[padded];
        imaginary = new float[padded];
        for (int i = 0; i < m; i++)
        {
            real[i] = (float)field.Real[i];
            imaginary[i] = (float)field.Imaginary[i];
        }
        low = Table(field, digit, 1);
        high = Table(field, ((field.Modulus - 1) / digit) + 1, digit);
        // 24 roundings of relative size 2^-24 in the products of a wave, and one a summand in each of the lanes.
        double roundings = 24 + (4.0 * padded / Lanes);
        ErrorBound = Math.Max(1e-4 * Math.Min(1, field.Bound), field.Bound * roundings * Math.ScaleB(1, -24));
    }

    /// <summary>No score is further from the exact value.</summary>
    public double ErrorBound { get; }

    /// <summary>Scores x against some y, best in ascending order.</summary>
    /// <param name="x">A position.</param>
    /// <param name="ys">The other positions.</param>
    /// <param name="scores">Takes one score a pair.</param>
    /// <param name="scratch">A buffer of <see cref="ScratchLength"/>.</param>
    public void Score(int x, ReadOnlySpan<int> ys, Span<float> scores, Span<float> scratch)
    {
        Span<float> waves = scratch[..(4 * padded)];
        Span<float> combined = scratch.Slice(4 * padded, 4 * padded);
        Weigh(Row(high, x / digit), Row(low, x % digit), waves);
        int current = -1;
        for (int i = 0; i < ys.Length; i++)
        {
            int y = ys[i];
            int yHigh = y / digit;
            if (yHigh != current)
            {
                Combine(waves, Row(high, yHigh), combined);
                current = yHigh;
            }
            scores[i] = Dot(combined, Row(low, y - (yHigh * digit)));
        }
    }

    public int ScratchLength => 8 * padded;

    private ReadOnlySpan<float> Row(float[] table, int index) => table.AsSpan(4 * padded * index, 4 * padded);

    private float[] Table(SpectralField field, int entries, long step)
    {
        float[] table = new float[entries * 4 * padded];
        long modulus = field.Modulus;
        for (int k = 0; k < entries; k++)
        {
            Span<float> row = table.AsSpan(4 * padded * k, 4 * padded);
            for (int i = 0; i < field.Carriers.Length; i++)
            {
                long u = field.Carriers[i].U * (k * step % modulus) % modulus;
                long v = field.Carriers[i].V * (k * step % modulus) % modulus;
                row[i] = (float)field.Phasors.Cos[u];
                row[padded + i] = (float)field.Phasors.Sin[u];
                row[(2 * padded) + i] = (float)field.Phasors.Cos[v];
                row[(3 * padded) + i] = (float)field.Phasors.Sin[v];
            }
        }
        return table;
    }

    // The waves of x, ready for those of y: [w e^{ivx} for u of y, w e^{iux} for v of y], imaginary parts negated for the dot product.
    private void Weigh(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> to)
    {
        int n = padded;
        for (int i = 0; i < n; i++)
        {
            (float ur, float ui) = Times(a[i], a[n + i], b[i], b[n + i]);
            (float vr, float vi) = Times(a[(2 * n) + i], a[(3 * n) + i], b[(2 * n) + i], b[(3 * n) + i]);
            (to[i], float vui) = Times(real[i], imaginary[i], vr, vi);
            (to[(2 * n) + i], float uvi) = Times(real[i], imaginary[i], ur, ui);
            to[n + i] = -vui;
            to[(3 * n) + i] = -uvi;
        }
    }

    private static (float Re, float Im) Times(float ar, float ai, float br, float bi) => ((ar * br) - (ai * bi), (ar * bi) + (ai * br));

    // (p - iq)(c + is) with q negated beforehand: conjugates keep the same form, so one routine serves both halves.
    private void Combine(ReadOnlySpan<float> waves, ReadOnlySpan<float> phasors, Span<float> to)
    {
        int n = padded;
        ref float w = ref MemoryMarshal.GetReference(waves);
        ref float p = ref MemoryMarshal.GetReference(phasors);
        ref float t = ref MemoryMarshal.GetReference(to);
        for (nuint half = 0; half < (nuint)(4 * n); half += (nuint)(2 * n))
        {
            for (nuint i = half; i < half + (nuint)n; i += Lanes)
            {
                nuint j = i + (nuint)n;
                Vector256<float> re = Vector256.LoadUnsafe(ref w, i);
                Vector256<float> minusIm = Vector256.LoadUnsafe(ref w, j);
                Vector256<float> cos = Vector256.LoadUnsafe(ref p, i);
                Vector256<float> sin = Vector256.LoadUnsafe(ref p, j);
                Vector256.MultiplyAddEstimate(re, cos, minusIm * sin).StoreUnsafe(ref t, i);
                Vector256.MultiplyAddEstimate(minusIm, cos, -(re * sin)).StoreUnsafe(ref t, j);
            }
        }
    }

    private float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref float p = ref MemoryMarshal.GetReference(a);
        ref float q = ref MemoryMarshal.GetReference(b);
        Vector256<float> s0 = default;
        Vector256<float> s1 = default;
        Vector256<float> s2 = default;
        Vector256<float> s3 = default;
        nuint length = (nuint)(4 * padded);
        for (nuint i = 0; i < length; i += 4 * Lanes)
        {
            s0 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref p, i), Vector256.LoadUnsafe(ref q, i), s0);
            s1 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref p, i + Lanes), Vector256.LoadUnsafe(ref q, i + Lanes), s1);
            s2 = Vector256.MultiplyAddEstimate(
                Vector256.LoadUnsafe(ref p, i + (2 * Lanes)),
                Vector256.LoadUnsafe(ref q, i + (2 * Lanes)),
                s2
            );
            s3 = Vector256.MultiplyAddEstimate(
                Vector256.LoadUnsafe(ref p, i + (3 * Lanes)),
                Vector256.LoadUnsafe(ref q, i + (3 * Lanes)),
                s3
            );
        }
        return Vector256.Sum((s0 + s1) + (s2 + s3));
    }
}
