using System.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// sum over pairs of sign (e^{2 pi i(ux+vy)/M} + e^{2 pi i(uy+vx)/M}), for some coefficients (u,v): all that extraction needs, without
/// a transform. Double precision, summed in the order of the pairs: the same bits for any number of threads.
/// </summary>
internal static class WaveSums
{
    /// <summary>Sums the waves of each carrier over pairs of positions.</summary>
    /// <param name="pairs">Packed pairs of positions.</param>
    /// <param name="signs">+1 or -1 a pair, or null for +1 throughout.</param>
    /// <param name="carriers">The coefficients; phases are not applied.</param>
    /// <param name="phasors">The unit circle of size M.</param>
    /// <param name="threads">The threads to use.</param>
    /// <param name="cancellationToken">Stops between carriers.</param>
    public static Complex[] Of(
        ulong[] pairs,
        sbyte[]? signs,
        Carrier[] carriers,
        PhasorTable phasors,
        int threads,
        CancellationToken cancellationToken
    )
    {
        Complex[] sums = new Complex[carriers.Length];
        int positions = 0;
        foreach (ulong pair in pairs)
        {
            positions = Math.Max(positions, PositionPair.Unpack(pair).Y + 1);
        }
        // A table of the angles of each position pays once there are more pairs than positions.
        bool tabulate = pairs.Length > positions;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(
            0,
            carriers.Length,
            parallel,
            () => new int[tabulate ? 2 * positions : 0],
            (i, _, angles) =>
            {
                sums[i] = tabulate ? Tabulated(pairs, signs, carriers[i], phasors, angles) : Direct(pairs, signs, carriers[i], phasors);
                return angles;
            },
            _ => { }
        );
        return sums;
    }

    private static Complex Direct(ulong[] pairs, sbyte[]? signs, Carrier carrier, PhasorTable phasors)
    {
        double[] cos = phasors.Cos;
        double[] sin = phasors.Sin;
        long modulus = phasors.Size;
        long u = carrier.U;
        long v = carrier.V;
        double real = 0;
        double imaginary = 0;
        for (int k = 0; k < pairs.Length; k++)
        {
            (long x, long y) = PositionPair.Unpack(pairs[k]);
            long straight = ((u * x) + (v * y)) % modulus;
            long swapped = ((u * y) + (v * x)) % modulus;
            double sign = signs is null ? 1 : signs[k];
            real += sign * (cos[straight] + cos[swapped]);
            imaginary += sign * (sin[straight] + sin[swapped]);
        }
        return new Complex(real, imaginary);
    }

    private static Complex Tabulated(ulong[] pairs, sbyte[]? signs, Carrier carrier, PhasorTable phasors, int[] angles)
    {
        double[] cos = phasors.Cos;
        double[] sin = phasors.Sin;
        int modulus = phasors.Size;
        Span<int> first = angles.AsSpan(0, angles.Length / 2);
        Span<int> second = angles.AsSpan(angles.Length / 2);
        FillMultiples(first, carrier.U, modulus);
        FillMultiples(second, carrier.V, modulus);
        double real = 0;
        double imaginary = 0;
        for (int k = 0; k < pairs.Length; k++)
        {
            (int x, int y) = PositionPair.Unpack(pairs[k]);
            int straight = Wrapped(first[x], second[y], modulus);
            int swapped = Wrapped(first[y], second[x], modulus);
            double sign = signs is null ? 1 : signs[k];
            real += sign * (cos[straight] + cos[swapped]);
            imaginary += sign * (sin[straight] + sin[swapped]);
        }
        return new Complex(real, imaginary);
    }

    private static void FillMultiples(Span<int> to, int factor, int modulus)
    {
        int value = 0;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = value;
            value = Wrapped(value, factor, modulus);
        }
    }

    // Both are below the modulus; their difference to it cannot overflow, their sum could.
    private static int Wrapped(int a, int b, int modulus) => a >= modulus - b ? a - (modulus - b) : a + b;
}
