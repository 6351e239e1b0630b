namespace ResearchKit.Watermark;

/// <summary>The verdict on a suspect graph. Every scheme adds its own evidence.</summary>
/// <param name="Outcome">Whether the mark was found.</param>
/// <param name="Score">The scheme's statistic; the larger, the stronger the evidence: the similarity of FFG, a share of agreeing pairs or bits of the baselines.</param>
/// <param name="PValue">The probability of such evidence or stronger without the mark; 1 if there is none.</param>
public record DetectionResult(DetectionOutcome Outcome, double Score, double PValue)
{
    /// <summary>Whether the mark was found.</summary>
    public bool Present => Outcome == DetectionOutcome.Present;

    /// <summary>The p-value if this key was the best of several that were tried (Bonferroni).</summary>
    /// <param name="keys">How many keys were tried, at least 1.</param>
    public double PValueAmong(int keys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, 1);
        return Math.Min(1, keys * PValue);
    }
}
