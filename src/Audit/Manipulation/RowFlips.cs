using MathNet.Numerics.Statistics;

namespace ResearchKit.Audit;

/// <summary>Flips a number of rows of one group that have one answer.</summary>
internal static class RowFlips
{
    public static void InOrder(ManipulationContext context, Span<byte> answers, int group, byte from, int count, FlipOrder order)
    {
        if (order == FlipOrder.Random)
        {
            AtRandom(context, answers, group, from, count);
        }
        else
        {
            LeastConfident(context.Scores.Span, context.Group.Span, answers, group, from, count);
        }
    }

    public static void AtRandom(ManipulationContext context, Span<byte> answers, int group, byte from, int count)
    {
        if (count == 0)
        {
            return;
        }
        int[] rows = Candidates(context.Group.Span, answers, group, from);
        foreach (int k in context.Random.Sample(rows.Length, count))
        {
            answers[rows[k]] ^= 1;
        }
    }

    /// <summary>Selects instead of sorting: the largest distance among those flipped splits the rows, and rows at exactly that distance go in row order.</summary>
    public static void LeastConfident(
        ReadOnlySpan<double> scores,
        ReadOnlySpan<byte> group,
        Span<byte> answers,
        int ofGroup,
        byte from,
        int count
    )
    {
        if (count == 0)
        {
            return;
        }
        int[] rows = Candidates(group, answers, ofGroup, from);
        double[] distances = new double[rows.Length];
        for (int k = 0; k < rows.Length; k++)
        {
            distances[k] = Math.Abs(scores[rows[k]] - 0.5);
        }
        double limit = ArrayStatistics.OrderStatisticInplace(distances, count);
        int atLimit = count;
        foreach (int row in rows)
        {
            atLimit -= Math.Abs(scores[row] - 0.5) < limit ? 1 : 0;
        }
        foreach (int row in rows)
        {
            double distance = Math.Abs(scores[row] - 0.5);
            if (distance < limit || (distance == limit && atLimit-- > 0))
            {
                answers[row] ^= 1;
            }
        }
    }

    private static int[] Candidates(ReadOnlySpan<byte> group, ReadOnlySpan<byte> answers, int ofGroup, byte from)
    {
        int count = 0;
        for (int i = 0; i < answers.Length; i++)
        {
            count += group[i] == ofGroup && answers[i] == from ? 1 : 0;
        }
        int[] rows = new int[count];
        for (int i = 0, next = 0; i < answers.Length; i++)
        {
            if (group[i] == ofGroup && answers[i] == from)
            {
                rows[next++] = i;
            }
        }
        return rows;
    }
}
