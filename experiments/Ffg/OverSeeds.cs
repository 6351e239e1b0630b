using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Ffg;

/// <summary>Estimates over seeds, with the streams that decide their resamples.</summary>
/// <param name="experiment">The id of the experiment.</param>
internal sealed class OverSeeds(string experiment)
{
    /// <summary>The mean of one value a seed; null without values, as a claim takes it.</summary>
    public Estimate? Mean(string claim, IEnumerable<double> perSeed)
    {
        double[] values = [.. perSeed];
        return values.Length == 0 ? null : Intervals.OfSeeds(values, RandomStream.Named([experiment, claim, "bootstrap"]));
    }

    /// <summary>The mean of measured values over the mean of predicted ones. A ratio of means: a small value may come out near zero on one seed.</summary>
    public Estimate? OverPrediction(string claim, IEnumerable<(double Measured, double Predicted)> perSeed)
    {
        (double Measured, double Predicted)[] values = [.. perSeed];
        double predicted = values.Length == 0 ? 0 : values.Average(v => v.Predicted);
        return Mean(claim, values.Select(v => v.Measured / predicted));
    }

    /// <summary>A point of a figure with its interval.</summary>
    public SeriesPoint Point(double x, IEnumerable<double> perSeed)
    {
        Estimate e = Mean($"figure-{Text(x)}", perSeed)!.Value;
        return new SeriesPoint(x, e.Value, e.Low, e.High);
    }

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
