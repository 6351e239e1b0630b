namespace ResearchKit.Watermark;

/// <summary>The verdict of FFG, with its evidence.</summary>
/// <param name="Outcome">Present iff the similarity exceeds the threshold.</param>
/// <param name="Similarity">Cox's statistic &lt;w', w&gt; / (|w'| sigma), or in blind detection z = &lt;w', w&gt; / sqrt(m E); standard normal for a key that has nothing to do with the graph.</param>
/// <param name="PValue">The probability of such a similarity or a larger one without the mark; 1 if the graphs do not differ.</param>
/// <param name="L2Distance">|w' - w|, the distance of the extracted watermark to the key, in the units of the key.</param>
/// <param name="DistanceThreshold">theta: the mark is present iff the distance is below; the same test as the similarity's, written as the paper writes it.</param>
/// <param name="Extracted">w', one value a carrier.</param>
/// <param name="Differences">The pairs that differ between suspect and original; in blind detection the edges of the suspect.</param>
/// <param name="Blind">Whether the original was not used.</param>
/// <param name="Ids">How the nodes were aligned.</param>
public sealed record FfgDetection(
    DetectionOutcome Outcome,
    double Similarity,
    double PValue,
    double L2Distance,
    double DistanceThreshold,
    double[] Extracted,
    long Differences,
    bool Blind,
    IdReport Ids
) : DetectionResult(Outcome, Similarity, PValue)
{
    /// <summary>How the nodes were registered, if ids were not used.</summary>
    public NodeMatching? Registration { get; init; }
}
