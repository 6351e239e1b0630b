namespace ResearchKit.Audit;

/// <summary>
/// How one group is answered: with probability <paramref name="Ignored"/> by a coin of probability <paramref name="Constant"/>; otherwise 1 if the score exceeds a threshold, which is the first with probability
/// <paramref name="Weight0"/> and the second with <paramref name="Weight1"/>.
/// </summary>
/// <param name="Weight0">p0.</param>
/// <param name="Threshold0">The threshold at the left end of the segment; may be infinite.</param>
/// <param name="Weight1">p1 = 1 - p0.</param>
/// <param name="Threshold1">The threshold at the right end.</param>
/// <param name="Ignored">p_ignore: how often the score is ignored; 0 but for equalised odds.</param>
/// <param name="Constant">The probability of answer 1 where it is ignored.</param>
public sealed record GroupThresholds(
    double Weight0,
    double Threshold0,
    double Weight1,
    double Threshold1,
    double Ignored = 0,
    double Constant = 0
)
{
    /// <summary>The probability of answer 1.</summary>
    /// <param name="score">The score.</param>
    public double Probability(double score)
    {
        double byScore = (score > Threshold0 ? Weight0 : 0) + (score > Threshold1 ? Weight1 : 0);
        return (Ignored * Constant) + ((1 - Ignored) * byScore);
    }
}
