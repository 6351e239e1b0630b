using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>A fair post-processor: randomised thresholds for each group.</summary>
public sealed class FittedThresholds
{
    internal FittedThresholds(ThresholdOptimizer optimizer, double bestX, double objective, IReadOnlyList<GroupThresholds?> groups) =>
        (Optimizer, BestX, Objective, Groups) = (optimizer, bestX, objective, groups);

    /// <summary>How it was fitted.</summary>
    public ThresholdOptimizer Optimizer { get; }

    /// <summary>The common rate of all groups.</summary>
    public double BestX { get; }

    /// <summary>The expected objective on the rows it was fitted to.</summary>
    public double Objective { get; }

    /// <summary>For each group how it is answered; null for a number without rows.</summary>
    public IReadOnlyList<GroupThresholds?> Groups { get; }

    /// <summary>The probability of answer 1.</summary>
    /// <param name="score">The score.</param>
    /// <param name="group">The number of the group.</param>
    /// <exception cref="ArgumentOutOfRangeException">No row of that group was fitted.</exception>
    public double Probability(double score, int group) => Of(group).Probability(score);

    /// <summary>Draws answers: 1 where the probability is at least a uniform number.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="group">The number of the group of each row.</param>
    /// <param name="random">Draws, one number a row.</param>
    /// <param name="answers">Takes the answers.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No row of a group was fitted.</exception>
    public void Draw(ReadOnlySpan<double> scores, ReadOnlySpan<byte> group, RandomStream random, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(random);
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireEqual(scores.Length, nameof(scores), answers.Length, nameof(answers));
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = Of(group[i]).Probability(scores[i]) >= 1 - random.NextDouble() ? (byte)1 : (byte)0;
        }
    }

    private GroupThresholds Of(int group) =>
        (uint)group < (uint)Groups.Count && Groups[group] is { } thresholds
            ? thresholds
            : throw new ArgumentOutOfRangeException(nameof(group), group, "No row of this group was fitted.");
}
