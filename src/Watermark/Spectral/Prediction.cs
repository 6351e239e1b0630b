using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>The similarity expected of an embedding whose flips are known.</summary>
internal static class Prediction
{
    public static double Similarity(FfgOptions scheme, int flips, int added, long candidates, long addable, double? meanGain)
    {
        if (flips == 0)
        {
            return 0;
        }
        double hazard = scheme switch
        {
            _ when meanGain is { } gain => gain,
            { Binarisation: Binarisation.Stochastic } => Math.Sqrt(Math.PI / 2),
            // Each kind has a threshold of its own.
            { Selection: FlipSelection.Balanced } or { Binarisation: Binarisation.TopE } => (
                (added * Hazard(added, addable)) + ((flips - added) * Hazard(flips - added, candidates - addable))
            ) / flips,
            _ => Hazard(flips, candidates),
        };
        double deflection = flips * hazard * hazard * (scheme.Phases == true ? 1 : 0.5);
        return Math.Sqrt(scheme.Length * deflection / (deflection + scheme.Length));
    }

    private static double Hazard(long flips, long candidates) =>
        flips == 0 ? 0 : StandardNormal.Hazard(StandardNormal.InverseUpperTail(Math.Min(0.5, (double)flips / candidates)));
}
