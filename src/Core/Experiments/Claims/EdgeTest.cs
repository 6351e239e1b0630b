using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Experiments;

/// <summary>
/// What the interval of an estimate says about the edges of a band. The standard error is read back from the interval's half width towards the edge:
/// exactly for Student's t (on logarithms where the interval was made there), by the normal approximation for the other methods.
/// </summary>
internal static class EdgeTest
{
    private const int MostSeeds = 1_000_000;

    /// <summary>The one-sided p of "not better than the band's edge"; with two edges the larger of the two. Null without an interval.</summary>
    internal static double? P(Estimate estimate, Band band)
    {
        if (estimate.Method is IntervalMethod.None or IntervalMethod.Deterministic)
        {
            return null;
        }

        double? p = null;
        foreach (Side side in Sides(estimate, band))
        {
            double tail =
                side.Error > 0 ? Tail(side.Distance / side.Error, estimate)
                : side.Distance > 0 ? 0
                : 1;
            p = Math.Max(p ?? 0, tail);
        }

        return p;
    }

    /// <summary>The edge that the interval crosses most.</summary>
    internal static double CrossedEdge(Estimate estimate, Band band) =>
        !(estimate.Low < band.AtLeast) || (estimate.High > band.AtMost && estimate.High - band.AtMost > band.AtLeast - estimate.Low)
            ? band.AtMost!.Value
            : band.AtLeast!.Value;

    /// <summary>
    /// How many more seeds would, at the same value and spread, bring the interval inside and the one-sided p below <paramref name="allowedP"/>.
    /// Null where none would (the value lies on the edge), or where seeds are not the unit.
    /// </summary>
    internal static int? MoreSeeds(Estimate estimate, Band band, double allowedP)
    {
        if (
            estimate.Method
            is not (IntervalMethod.StudentT or IntervalMethod.StudentTLog or IntervalMethod.Bca or IntervalMethod.TwoLevelBootstrap)
        )
        {
            return null;
        }

        int needed = estimate.Seeds + 1;
        foreach (Side side in Sides(estimate, band).Where(s => s.Error > 0))
        {
            double perSeed = side.Error * Math.Sqrt(estimate.Seeds);
            double tail = Math.Min((1 - estimate.Level) / 2, allowedP);
            // Enough seeds by the normal law; few seeds need more, and the loop finds how many.
            double byNormal = Math.Pow(StandardNormal.InverseUpperTail(tail) * perSeed / side.Distance, 2);
            if (!(byNormal < MostSeeds))
            {
                return null;
            }

            int seeds = Math.Max(needed, (int)byNormal);
            while (PairedT.UpperTail(side.Distance * Math.Sqrt(seeds) / perSeed, seeds - 1) > tail)
            {
                seeds++;
            }

            needed = seeds;
        }

        return needed - estimate.Seeds;
    }

    private static IEnumerable<Side> Sides(Estimate estimate, Band band)
    {
        bool log = estimate.Method == IntervalMethod.StudentTLog;
        double half = estimate.Method is IntervalMethod.StudentT or IntervalMethod.StudentTLog
            ? PairedT.Quantile((1 + estimate.Level) / 2, estimate.Seeds - 1)
            : StandardNormal.Quantile((1 + estimate.Level) / 2);
        double value = Scaled(estimate.Value);
        if (band.AtLeast is { } low && double.IsFinite(Scaled(low)))
        {
            yield return new(value - Scaled(low), (value - Scaled(estimate.Low)) / half);
        }

        if (band.AtMost is { } high && double.IsFinite(high))
        {
            yield return new(Scaled(high) - value, (Scaled(estimate.High) - value) / half);
        }

        // An edge at or below zero lies at minus infinity on the log scale: nothing tests it.
        double Scaled(double x) =>
            !log ? x
            : x <= 0 ? double.NegativeInfinity
            : Math.Log(x);
    }

    private static double Tail(double t, Estimate estimate) =>
        estimate.Method is IntervalMethod.StudentT or IntervalMethod.StudentTLog
            ? PairedT.UpperTail(t, estimate.Seeds - 1)
            : StandardNormal.UpperTail(t);

    /// <summary>How far the value lies on the good side of an edge, and its standard error towards it.</summary>
    private readonly record struct Side(double Distance, double Error);
}
