using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Audit;

/// <summary>
/// minimise -sum p ln s + (1 - p) ln(1 - s) subject to |g.s| &lt;= eps, where g is 1/n1 on group 1 and -1/n0 on group 0. For a multiplier lambda the optimum of a row is the root in
/// [0, 1] of c s^2 - (1 + c) s + p = 0 with c = lambda g, and g.s falls strictly in lambda: one dimension is left, solved by Newton's method inside a bracket.
/// Sums run over 256-bit vectors whatever the machine has, so that their bits do not depend on it.
/// </summary>
internal static class CrossEntropyProjection
{
    private const double Tolerance = 1e-12;
    private const int Block = 4096;

    /// <summary>The multiplier; 0 where the scores are fair already.</summary>
    public static double Dual(ScoresByGroup scores, double epsilon)
    {
        (int n0, int n1) = (scores.Group0.Length, scores.Group1.Length);
        (double unfair, double slope) = At(scores, 0, n0, n1);
        if (Math.Abs(unfair) <= epsilon)
        {
            return 0;
        }
        // Signs are turned so that lambda is positive and g.s has to fall to the target.
        double sign = Math.Sign(unfair);
        double excess = Math.Abs(unfair) - epsilon;
        (double low, double high) = (0.0, double.PositiveInfinity);
        double lambda = 0;
        for (int iteration = 0; iteration < 400 && Math.Abs(excess) > Tolerance; iteration++)
        {
            double next = lambda - (excess / slope);
            if (!(next > low && next < high))
            {
                next = double.IsPositiveInfinity(high) ? Math.Max(1, 2 * lambda) : (low + high) / 2;
            }
            if (next == low || next == high)
            {
                break; // neighbours: no number is nearer
            }
            lambda = next;
            (unfair, slope) = At(scores, sign * lambda, n0, n1);
            excess = (sign * unfair) - epsilon;
            (low, high) = excess > 0 ? (lambda, high) : (low, lambda);
        }
        return sign * lambda;
    }

    /// <summary>Writes the projected scores back in the order of the rows.</summary>
    public static void Scatter(ScoresByGroup scores, ReadOnlySpan<byte> group, double c1, double c0, Span<double> projected)
    {
        (int next0, int next1) = (0, 0);
        ReadOnlySpan<double> group0 = scores.Group0;
        ReadOnlySpan<double> group1 = scores.Group1;
        for (int i = 0; i < projected.Length; i++)
        {
            projected[i] = group[i] == 0 ? Root(group0[next0++], c0, out _) : Root(group1[next1++], c1, out _);
        }
    }

    /// <summary>g.s and its derivative in lambda.</summary>
    private static (double Value, double Slope) At(ScoresByGroup scores, double lambda, int n0, int n1)
    {
        (double sum0, double slope0) = Sums(scores.Group0, -lambda / n0);
        (double sum1, double slope1) = Sums(scores.Group1, lambda / n1);
        return ((sum1 / n1) - (sum0 / n0), -(slope0 / n0 / n0) - (slope1 / n1 / n1));
    }

    /// <summary>Sums of s and of s (1 - s) / sqrt((1 + c)^2 - 4 c p); the root of the last is 1 + c (1 - 2 s).</summary>
    private static (double Sum, double Slope) Sums(ReadOnlySpan<double> p, double c)
    {
        (double sum, double slope) = (0, 0);
        // Blocks keep the rounding of long sums small.
        for (; !p.IsEmpty; p = p[Math.Min(Block, p.Length)..])
        {
            ReadOnlySpan<double> block = p[..Math.Min(Block, p.Length)];
            Vector256<double> sums = Vector256<double>.Zero;
            Vector256<double> slopes = Vector256<double>.Zero;
            int i = 0;
            for (; i <= block.Length - 4; i += 4)
            {
                Vector256<double> s = Root(Vector256.Create(block.Slice(i, 4)), c, out Vector256<double> root);
                sums += s;
                slopes += Vector256.ConditionalSelect(
                    Vector256.GreaterThan(root, Vector256<double>.Zero),
                    s * (Vector256<double>.One - s) / root,
                    Vector256<double>.Zero
                );
            }
            double blockSum = Vector256.Sum(sums);
            double blockSlope = Vector256.Sum(slopes);
            for (; i < block.Length; i++)
            {
                double s = Root(block[i], c, out double root);
                blockSum += s;
                blockSlope += root > 0 ? s * (1 - s) / root : 0;
            }
            sum += blockSum;
            slope += blockSlope;
        }
        return (sum, slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Root(double p, double c, out double root)
    {
        double b = 1 + c;
        root = Math.Sqrt(Math.Max((b * b) - (4 * c * p), 0));
        // Rounding may carry a score of 1 beyond it.
        return Math.Min(b > 0 ? 2 * p / (b + root) : (b - root) / (2 * c), 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Root(Vector256<double> p, double c, out Vector256<double> root)
    {
        double b = 1 + c;
        root = Vector256.Sqrt(Vector256.Max(Vector256.Create(b * b) - (p * (4 * c)), Vector256<double>.Zero));
        Vector256<double> wide = Vector256.Create(b);
        return Vector256.Min(b > 0 ? (p + p) / (wide + root) : (wide - root) / Vector256.Create(2 * c), Vector256<double>.One);
    }
}
