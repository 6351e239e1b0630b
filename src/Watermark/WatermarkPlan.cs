namespace ResearchKit.Watermark;

/// <summary>What a mark is expected to give.</summary>
/// <param name="Flips">B, the flips of the mark.</param>
/// <param name="Tau">The threshold in standard deviations of the field that the flips correspond to, Q^-1(B / candidates).</param>
/// <param name="Hazard">h, the mean of the field at the flips in its standard deviations.</param>
/// <param name="Deflection">S, the squared length of the mark's shift over the noise of one carrier.</param>
/// <param name="Similarity">The expected similarity sqrt(m S/(S + m)), at most sqrt(m).</param>
/// <param name="DetectionProbability">The probability that the similarity, normal with deviation 1 about its mean, exceeds the threshold.</param>
public sealed record WatermarkPlan(
    double Flips,
    double Tau,
    double Hazard,
    double Deflection,
    double Similarity,
    double DetectionProbability
);
