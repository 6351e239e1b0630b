namespace ResearchKit.Watermark;

/// <summary>The verdict of <see cref="EppsteinWatermark"/>.</summary>
/// <param name="Outcome">Present iff the copy's identifier alone is nearest to the bits read.</param>
/// <param name="Score">The share of bits that agree with the copy's identifier; 0 if labels were ambiguous.</param>
/// <param name="PValue">The probability of so many agreeing bits if they were fair coins.</param>
/// <param name="LabelsAmbiguous">Whether the suspect's labels could not be compared: it has another number of high nodes, through ties at the cut.</param>
/// <param name="Bits">The bits read back, as 0s and 1s; empty if labels were ambiguous.</param>
/// <param name="Nearest">All copies of least Hamming distance, ascending.</param>
public sealed record EppsteinDetection(
    DetectionOutcome Outcome,
    double Score,
    double PValue,
    bool LabelsAmbiguous,
    string Bits,
    IReadOnlyList<int> Nearest
) : DetectionResult(Outcome, Score, PValue)
{
    /// <summary>For each node of the original, in order of degree, the matched node of the suspect or -1.</summary>
    internal int[]? Matching { get; init; }
}
