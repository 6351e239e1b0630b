using System.Globalization;
using ResearchKit.Metrics;

namespace ResearchKit.Experiments;

/// <summary>A claim that holds whatever is measured is a defect, found before anything runs.</summary>
public static class ClaimBand
{
    /// <summary>
    /// Refuses a claim that could not fail: no edge at all, or a band that spans the whole range of its kind. A ratio, a count of violations and a count of differences
    /// are never negative; shares lie in [0, 1], their differences in [-1, 1], percentages in [0, 100]. The parts of an AllOf are checked one by one.
    /// </summary>
    /// <param name="experiment">The experiment, for the message.</param>
    /// <param name="claim">The claim.</param>
    /// <exception cref="ResearchKitException">RK5002: the claim cannot fail.</exception>
    /// <exception cref="ArgumentException">The band is empty, an edge is NaN, or fewer than one seed is asked for.</exception>
    public static void RequireCanFail(ExperimentInfo experiment, Claim claim)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.Kind == ClaimKind.AllOf)
        {
            if (claim.Parts.Count == 0)
            {
                throw CannotFail(experiment, claim, "it has no parts", "Give it the statements that must hold together.");
            }

            foreach (Claim part in claim.Parts)
            {
                RequireCanFail(experiment, part);
            }

            return;
        }

        (double? atLeast, double? atMost) = claim.Band;
        if (atLeast > atMost || atLeast is double.NaN || atMost is double.NaN)
        {
            throw new ArgumentException(
                $"The claim {claim.Id} of {experiment.Id} accepts {Text(claim.Band)}, which no value lies in; order the edges.",
                nameof(claim)
            );
        }

        if (claim.MinimumSeeds < 1)
        {
            throw new ArgumentException(
                $"The claim {claim.Id} of {experiment.Id} asks for {claim.MinimumSeeds.ToString(CultureInfo.InvariantCulture)} seeds; at least 1.",
                nameof(claim)
            );
        }

        (double low, double high) = RangeOf(claim);
        bool openBelow = atLeast is null || atLeast <= low;
        bool openAbove = atMost is null || atMost >= high;
        if (openBelow && openAbove)
        {
            throw CannotFail(
                experiment,
                claim,
                atLeast is null && atMost is null
                    ? "its band has no edge"
                    : $"its band {Text(claim.Band)} spans every possible {(claim.Unit is { } unit ? $"value in {unit}" : claim.Kind.ToString().ToLowerInvariant())}",
                "Accept(atLeast, atMost) takes an edge that a wrong measurement would cross."
            );
        }
    }

    /// <summary>A band in words, for example <c>at least 1.3</c>.</summary>
    /// <param name="band">The band.</param>
    public static string Text(Band band) =>
        (band.AtLeast, band.AtMost) switch
        {
            ({ } low, { } high) when low == high => $"exactly {Number(low)}",
            ({ } low, { } high) => $"{Number(low)} to {Number(high)}",
            ({ } low, null) => $"at least {Number(low)}",
            (null, { } high) => $"at most {Number(high)}",
            _ => "",
        };

    private static (double Low, double High) RangeOf(Claim claim) =>
        claim switch
        {
            { Kind: ClaimKind.Ratio or ClaimKind.Monotone or ClaimKind.Exact } => (0, double.PositiveInfinity),
            { Estimate.Method: IntervalMethod.Wilson } => (0, 1),
            { Estimate.Method: IntervalMethod.Newcombe } => (-1, 1),
            { Kind: ClaimKind.Value, Unit: "%" or "percent" } => (0, 100),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static ResearchKitException CannotFail(ExperimentInfo experiment, Claim claim, string why, string remedy) =>
        new(ErrorCodes.ClaimCannotFail, $"The claim {claim.Id} of {experiment.Id} cannot fail: {why}.", remedy);
}
