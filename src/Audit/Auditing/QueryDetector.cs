using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// The platform's detector of audit queries: marks a query of the audit with probability tpr, and another with probability 1 - tnr, independently. At 1 and 1, as in all experiments of
/// arXiv:2505.04796, it knows the truth and draws nothing.
/// </summary>
public sealed record QueryDetector
{
    /// <summary>A detector.</summary>
    /// <param name="truePositiveRate">tpr, in [0, 1]. Default 1.</param>
    /// <param name="trueNegativeRate">tnr, in [0, 1]. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is outside [0, 1].</exception>
    public QueryDetector(double truePositiveRate = 1, double trueNegativeRate = 1) =>
        (TruePositiveRate, TrueNegativeRate) = (
            Rows.RequireIn(truePositiveRate, 0, 1, nameof(truePositiveRate)),
            Rows.RequireIn(trueNegativeRate, 0, 1, nameof(trueNegativeRate))
        );

    /// <summary>tpr.</summary>
    public double TruePositiveRate { get; }

    /// <summary>tnr.</summary>
    public double TrueNegativeRate { get; }

    /// <summary>Marks the queries of a stream.</summary>
    /// <param name="isAudit">Which are the audit's.</param>
    /// <param name="random">Draws one number a query; none if the detector is perfect.</param>
    /// <returns>Which are taken for the audit's.</returns>
    public bool[] Mark(ReadOnlySpan<bool> isAudit, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        bool[] marked = isAudit.ToArray();
        if (TruePositiveRate == 1 && TrueNegativeRate == 1)
        {
            return marked;
        }
        for (int i = 0; i < marked.Length; i++)
        {
            marked[i] = random.NextBool(marked[i] ? TruePositiveRate : 1 - TrueNegativeRate);
        }
        return marked;
    }
}
