using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// A platform that manipulates the answers to the queries its detector marks, and answers all others honestly (arXiv:2505.04796, section 3).
/// </summary>
/// <param name="strategy">What it does on marked rows.</param>
public sealed class Platform(IAuditManipulation strategy)
{
    /// <summary>Answers a stream of requests.</summary>
    /// <param name="scores">The probability of label 1 for each row.</param>
    /// <param name="group">The protected group of each row, 0 or 1.</param>
    /// <param name="marked">The rows taken for audit queries; a strategy sees these alone.</param>
    /// <param name="random">Decides all chance.</param>
    /// <param name="knownLabels">The auditor's labels, where the platform knows them; empty otherwise.</param>
    /// <returns>An answer a row, and whether the strategy had one. Without marked rows the answers are honest.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range.</exception>
    /// <exception cref="AuditException">A group is absent from the marked rows.</exception>
    public (byte[] Answers, ManipulationOutcome Outcome) Answer(
        ReadOnlySpan<double> scores,
        ReadOnlySpan<byte> group,
        ReadOnlySpan<bool> marked,
        RandomStream random,
        ReadOnlySpan<byte> knownLabels = default
    )
    {
        Rows.RequireSome(scores.Length, nameof(scores));
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireEqual(scores.Length, nameof(scores), marked.Length, nameof(marked));
        Rows.RequireShares(scores, nameof(scores));
        byte[] answers = HonestAnswers.Of(scores);
        int count = marked.Count(true);
        if (count == 0)
        {
            return (answers, ManipulationOutcome.Answered);
        }
        ManipulationContext context = new(
            Pick(scores, marked, count),
            Pick(group, marked, count),
            random,
            knownLabels.IsEmpty ? default : Pick(knownLabels, marked, count)
        );
        byte[] manipulated = new byte[count];
        ManipulationOutcome outcome = strategy.Answer(context, manipulated);
        for (int i = 0, next = 0; i < answers.Length; i++)
        {
            if (marked[i])
            {
                answers[i] = manipulated[next++];
            }
        }
        return (answers, outcome);
    }

    private static T[] Pick<T>(ReadOnlySpan<T> values, ReadOnlySpan<bool> marked, int count)
    {
        T[] picked = new T[count];
        for (int i = 0, next = 0; i < values.Length; i++)
        {
            if (marked[i])
            {
                picked[next++] = values[i];
            }
        }
        return picked;
    }
}
