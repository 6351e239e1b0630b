using System.Runtime.CompilerServices;
using MathNet.Numerics;

namespace ResearchKit.Numerics;

/// <summary>
/// The standard normal distribution N(0, 1). The quantile is Wichura's PPND16 (Applied Statistics 37, 1988, AS 241) with a logarithm
/// of our own, made of + - * / and square roots alone: its bits do not depend on the machine, so neither do Gaussian draws.
/// </summary>
public static class StandardNormal
{
    // The central polynomials, in ascending powers: shared by the scalar and the vector form.
    private const double A0 = 3.3871328727963666080e0;
    private const double A1 = 1.3314166789178437745e2;
    private const double A2 = 1.9715909503065514427e3;
    private const double A3 = 1.3731693765509461125e4;
    private const double A4 = 4.5921953931549871457e4;
    private const double A5 = 6.7265770927008700853e4;
    private const double A6 = 3.3430575583588128105e4;
    private const double A7 = 2.5090809287301226727e3;
    private const double B1 = 4.2313330701600911252e1;
    private const double B2 = 6.8718700749205790830e2;
    private const double B3 = 5.3941960214247511077e3;
    private const double B4 = 2.1213794301586595867e4;
    private const double B5 = 3.9307895800092710610e4;
    private const double B6 = 2.8729085735721942674e4;
    private const double B7 = 5.2264952788528545610e3;

    /// <summary>The x with P(X &lt;= x) = <paramref name="p"/>; error below 2e-15 of max(1, |x|); the same bits on every machine.</summary>
    /// <param name="p">A probability; 0 and 1 give the infinities.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public static double Quantile(double p)
    {
        if (!(p > 0 && p < 1))
        {
            return p switch
            {
                0 => double.NegativeInfinity,
                1 => double.PositiveInfinity,
                _ => throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies in [0, 1]."),
            };
        }
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var central = 0.180625 - q * q;
            return q * Horner(central, A0, A1, A2, A3, A4, A5, A6, A7) / Horner(central, 1, B1, B2, B3, B4, B5, B6, B7);
        }
        var r = Math.Sqrt(-Log(Math.Min(p, 1 - p)));
        var z = r <= 5 ? Tail(r - 1.6) : FarTail(r - 5);
        return q < 0 ? -z : z;
    }

    /// <summary>Q(x) = P(X &gt; x), without cancellation for large <paramref name="x"/> (MathNet's erfc; the last bits may differ between machines).</summary>
    public static double UpperTail(double x) => 0.5 * SpecialFunctions.Erfc(x / Constants.Sqrt2);

    /// <summary>The x with P(X &gt; x) = <paramref name="q"/>, precise for the smallest <paramref name="q"/>; the same bits on every machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is not in [0, 1].</exception>
    public static double InverseUpperTail(double q) => -Quantile(q);

    /// <summary>The density exp(-x^2 / 2) / sqrt(2 pi).</summary>
    public static double Density(double x) => Constants.InvSqrt2Pi * Math.Exp(-0.5 * x * x);

    /// <summary>The hazard rate, density over upper tail: the mean of X given X &gt; x. About x + 1/x for large <paramref name="x"/>, where both underflow.</summary>
    public static double Hazard(double x)
    {
        if (x < 10)
        {
            return Density(x) / UpperTail(x);
        }
        // Laplace's continued fraction x + 1/(x + 2/(x + 3/(x + ...))); 30 terms reach full precision from x = 10 on.
        var fraction = x;
        for (var k = 30; k >= 1; k--)
        {
            fraction = x + k / fraction;
        }
        return fraction;
    }

    /// <summary>Natural logarithm of a positive finite number, relative error 2.2e-16; plain arithmetic, never fused.</summary>
    internal static double Log(double x)
    {
        const double Ln2High = 6.93147180369123816490e-01;
        const double Ln2Low = 1.90821492927058770002e-10;
        var k = 0;
        if (x < 2.2250738585072014e-308) // subnormal
        {
            x *= 1L << 54;
            k = -54;
        }
        var bits = BitConverter.DoubleToInt64Bits(x);
        k += (int)(bits >> 52) - 1022;
        var m = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FE0_0000_0000_0000);
        if (m < 0.70710678118654752440)
        {
            m *= 2;
            k--;
        }
        var s = (m - 1) / (m + 1);
        var z = s * s;
        var r = 1.0 / 23;
        for (var n = 21; n >= 3; n -= 2)
        {
            r = r * z + 1.0 / n;
        }
        r *= z;
        return k * Ln2High + (k * Ln2Low + (2 * s * r + 2 * s));
    }

    private static double Tail(double r) =>
        Horner(
            r,
            1.42343711074968357734e0,
            4.63033784615654529590e0,
            5.76949722146069140550e0,
            3.64784832476320460504e0,
            1.27045825245236838258e0,
            2.41780725177450611770e-1,
            2.27238449892691845833e-2,
            7.74545014278341407640e-4
        )
        / Horner(
            r,
            1,
            2.05319162663775882187e0,
            1.67638483018380384940e0,
            6.89767334985100004550e-1,
            1.48103976427480074590e-1,
            1.51986665636164571966e-2,
            5.47593808499534494600e-4,
            1.05075007164441684324e-9
        );

    private static double FarTail(double r) =>
        Horner(
            r,
            6.65790464350110377720e0,
            5.46378491116411436990e0,
            1.78482653991729133580e0,
            2.96560571828504891230e-1,
            2.65321895265761230930e-2,
            1.24266094738807843860e-3,
            2.71155556874348757815e-5,
            2.01033439929228813265e-7
        )
        / Horner(
            r,
            1,
            5.99832206555887937690e-1,
            1.36929880922735805310e-1,
            1.48753612908506148525e-2,
            7.86869131145613259100e-4,
            1.84631831751005468180e-5,
            1.42151175831644588870e-7,
            2.04426310338993978564e-15
        );

    /// <summary>c0 + c1 x + ... + c7 x^7, from the highest power down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Horner(double x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7) =>
        ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0;
}
