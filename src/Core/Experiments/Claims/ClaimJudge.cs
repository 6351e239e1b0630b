using System.Globalization;
using ResearchKit.Metrics;

namespace ResearchKit.Experiments;

/// <summary>
/// Gives claims their verdicts. All claims judged in one call are one family: the p-values of comparative claims are adjusted by Holm over all of them,
/// so that the chance of any false <see cref="Verdict.Confirmed"/> among them stays at 5 %.
/// </summary>
/// <remarks>
/// Confirmed: estimate and interval lie in the band, and the adjusted p is below 0.05 where there is a p. Consistent: the estimate lies in the band, but the interval
/// crosses its edge or the p is not small enough. Failed: the estimate lies outside. An <see cref="ClaimKind.AllOf"/> is as good as its worst part; its p is the largest
/// of its parts' (an intersection-union test), so it counts once in the family. A verdict never changes a band.
/// </remarks>
public static class ClaimJudge
{
    private const double Significance = 0.05;

    /// <summary>Judges claims together.</summary>
    /// <param name="claims">The claims of all experiments of one invocation.</param>
    /// <param name="context">Scale, what is not here, whether the machine was busy.</param>
    /// <returns>The claims with their verdicts, in the order given.</returns>
    /// <exception cref="ResearchKitException">RK5002: a claim cannot fail.</exception>
    /// <exception cref="ArgumentException">A claim's band is empty.</exception>
    public static IReadOnlyList<JudgedClaim> Judge(IReadOnlyList<(ExperimentInfo Experiment, Claim Claim)> claims, JudgeContext context)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(context);
        return Judge([.. claims.Select(c => (c.Experiment, c.Claim, context))]);
    }

    /// <summary>Judges claims together whose rows were measured under different conditions: they are one family all the same.</summary>
    /// <param name="claims">The claims of all experiments of one invocation, each with the scale and the machine its rows stand on.</param>
    /// <returns>The claims with their verdicts, in the order given.</returns>
    /// <exception cref="ResearchKitException">RK5002: a claim cannot fail.</exception>
    /// <exception cref="ArgumentException">A claim's band is empty.</exception>
    public static IReadOnlyList<JudgedClaim> Judge(IReadOnlyList<(ExperimentInfo Experiment, Claim Claim, JudgeContext Context)> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        foreach ((ExperimentInfo experiment, Claim claim, _) in claims)
        {
            ClaimBand.RequireCanFail(experiment, claim);
        }

        double?[] raw = [.. claims.Select(c => Hindrance(c.Claim, c.Context) is null ? P(c.Claim, c.Context) : null)];
        double[] adjusted = Holm.Adjust([.. raw.OfType<double>()]);
        JudgedClaim[] judged = new JudgedClaim[claims.Count];
        int next = 0;
        for (int i = 0; i < judged.Length; i++)
        {
            double? adjustedP = raw[i] is null ? null : adjusted[next++];
            (Verdict verdict, string why) = VerdictOn(claims[i].Claim, claims[i].Context, raw[i], adjustedP);
            judged[i] = new(claims[i].Experiment, claims[i].Claim, verdict, why, raw[i], adjustedP)
            {
                UnmetNeed = claims[i].Claim.Needs.FirstOrDefault(claims[i].Context.UnmetNeeds.Contains),
            };
        }

        return judged;
    }

    private static (Verdict Verdict, string Why) VerdictOn(Claim claim, JudgeContext context, double? p, double? adjustedP)
    {
        if (Hindrance(claim, context) is { } hindrance)
        {
            return hindrance;
        }

        if (claim.Kind == ClaimKind.AllOf)
        {
            (Claim part, (Verdict Verdict, string Why) found) = claim
                .Parts.Select(part => (part, VerdictOn(part, context, p, adjustedP)))
                .MaxBy(x => Badness(x.Item2.Item1));
            string of = $"of {claim.Parts.Count} parts the worst is {part.Id}: {found.Why}";
            return (found.Verdict, found.Verdict == Verdict.Confirmed ? $"all {claim.Parts.Count} parts hold" : of);
        }

        Estimate estimate = claim.Estimate!.Value;
        if (!claim.Band.Contains(estimate.Value))
        {
            bool low = estimate.Value < claim.Band.AtLeast;
            double edge = low ? claim.Band.AtLeast!.Value : claim.Band.AtMost!.Value;
            return (Verdict.Failed, $"{Text(estimate.Value)} is {(low ? "below" : "above")} the band's edge {Text(edge)}");
        }

        // Without spread or without seeds there is no interval to cross the edge.
        if (estimate.Method is IntervalMethod.Deterministic or IntervalMethod.None && !(adjustedP >= Significance))
        {
            return (
                Verdict.Confirmed,
                estimate.Method == IntervalMethod.Deterministic ? "deterministic" : $"the same over {Seeds(estimate)}"
            );
        }

        bool inside = claim.Band.Contains(estimate.Low) && claim.Band.Contains(estimate.High);
        if (inside && !(adjustedP >= Significance))
        {
            return (
                Verdict.Confirmed,
                adjustedP is null ? "interval inside the band" : $"interval inside the band, p {ClaimText.PInWords(adjustedP.Value)}"
            );
        }

        string reason = inside
            ? $"p {ClaimText.PInWords(p!.Value)}, adjusted for many claims {ClaimText.P(adjustedP)}"
            : $"interval crosses {Text(EdgeTest.CrossedEdge(estimate, claim.Band))}";
        double allowed = p is > 0 && adjustedP is not null ? Significance * p.Value / adjustedP.Value : 1;
        int? more = EdgeTest.MoreSeeds(estimate, claim.Band, allowed);
        return (
            Verdict.Consistent,
            more is null
                ? reason
                : $"{reason}: about {more.Value.ToString(CultureInfo.InvariantCulture)} more seed{(more == 1 ? "" : "s")} needed"
        );
    }

    /// <summary>Why a claim is not judged at all, if it is not. Of an AllOf only what holds for all of it.</summary>
    private static (Verdict Verdict, string Why)? Hindrance(Claim claim, JudgeContext context)
    {
        if (context.Scale < claim.FromScale)
        {
            return (Verdict.Skipped, $"judged from scale {claim.FromScale} on; this is {context.Scale}");
        }

        if (claim.Needs.FirstOrDefault(context.UnmetNeeds.Contains) is { } need)
        {
            return (
                Verdict.Skipped,
                need.StartsWith("data:", StringComparison.Ordinal) ? $"the data set {need[5..]} is not here" : $"{need} is not here"
            );
        }

        if (claim.RestsOnTiming && context.MachineBusy)
        {
            return (Verdict.NotJudged, "the machine was busy while times were measured");
        }

        if (claim.Kind == ClaimKind.AllOf)
        {
            return null;
        }

        return claim.Estimate switch
        {
            null => (Verdict.NotJudged, claim.NotMeasuredBecause ?? "rows are missing"),
            { } e when double.IsNaN(e.Value) || double.IsNaN(e.Low) || double.IsNaN(e.High) => (
                Verdict.NotJudged,
                claim.NotMeasuredBecause ?? "the value is not a number"
            ),
            { Method: not IntervalMethod.Deterministic } e when e.Seeds < claim.MinimumSeeds => (
                Verdict.NotJudged,
                $"{Seeds(e)}, at least {claim.MinimumSeeds.ToString(CultureInfo.InvariantCulture)} needed"
            ),
            _ => null,
        };
    }

    private static double? P(Claim claim, JudgeContext context)
    {
        if (claim.Kind != ClaimKind.AllOf)
        {
            bool comparative = claim.Kind is ClaimKind.Ratio or ClaimKind.Difference or ClaimKind.Order;
            return claim.P ?? (comparative ? EdgeTest.P(claim.Estimate!.Value, claim.Band) : null);
        }

        return claim.Parts.Where(part => Hindrance(part, context) is null).Max(part => P(part, context));
    }

    private static int Badness(Verdict verdict) =>
        verdict switch
        {
            Verdict.Confirmed => 0,
            Verdict.Consistent => 1,
            Verdict.Skipped => 2,
            Verdict.NotJudged => 3,
            _ => 4,
        };

    private static string Seeds(Estimate estimate) =>
        estimate.Seeds == 1 ? "1 seed" : string.Create(CultureInfo.InvariantCulture, $"{estimate.Seeds} seeds");

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
