namespace ResearchKit.Watermark;

/// <summary>
/// cos and sin of 2 pi k/M for k = 0..M-1, by plain additions and multiplications only: the C library's cosine differs between
/// systems in the last bit, and the same key must choose the same pairs everywhere. Mirrored entries are equal bit for bit.
/// </summary>
internal sealed class PhasorTable
{
    private PhasorTable(double[] cos, double[] sin) => (Cos, Sin) = (cos, sin);

    public double[] Cos { get; }

    public double[] Sin { get; }

    public int Size => Cos.Length;

    public static PhasorTable OfSize(int size)
    {
        double[] cos = new double[size];
        double[] sin = new double[size];
        for (int k = 0; k < size; k++)
        {
            (sin[k], cos[k]) = SinCosOfTurns(k, size);
        }
        return new PhasorTable(cos, sin);
    }

    /// <summary>sin and cos of 2 pi k/n, 0 &lt;= k &lt; n; the reduction to an eighth of the circle is exact in integers.</summary>
    public static (double Sin, double Cos) SinCosOfTurns(long k, long n)
    {
        long eighths = 8 * k;
        long octant = eighths / n;
        long rest = eighths - (octant * n);
        bool mirrored = (octant & 1) == 1;
        double angle = (double)(mirrored ? n - rest : rest) / n * (Math.PI / 4);
        // On the diagonal both are the same number, which the series would miss by a bit.
        (double s, double c) = mirrored && rest == 0 ? (Math.Sqrt(0.5), Math.Sqrt(0.5)) : Small(angle);
        return octant switch
        {
            0 => (s, c),
            1 => (c, s),
            2 => (c, -s),
            3 => (s, -c),
            4 => (-s, -c),
            5 => (-c, -s),
            6 => (-c, s),
            _ => (-s, c),
        };
    }

    /// <summary>sin and cos of an angle in radians, |angle| up to some multiples of 2 pi, to 2e-16.</summary>
    public static (double Sin, double Cos) SinCos(double angle)
    {
        // Cody and Waite: pi/2 in two parts, the first with trailing zeros, so that quarter * High is exact.
        const double High = 1.57079632673412561417e+00;
        const double Low = 6.07710050650619224932e-11;
        double quarter = Math.Round(angle / (Math.PI / 2));
        double rest = angle - (quarter * High) - (quarter * Low);
        (double s, double c) = Small(rest);
        return ((long)quarter & 3) switch
        {
            0 => (s, c),
            1 => (c, -s),
            2 => (-s, -c),
            _ => (-c, s),
        };
    }

    // Taylor series for |x| <= pi/4: the first term left out is below 1e-19.
    private static (double Sin, double Cos) Small(double x)
    {
        double z = x * x;
        double sin = 1.0;
        double cos = 1.0;
        for (int n = 18; n >= 2; n -= 2)
        {
            sin = 1.0 - (z / (n * (n + 1)) * sin);
            cos = 1.0 - (z / (n * (n - 1)) * cos);
        }
        return (x * sin, cos);
    }
}
