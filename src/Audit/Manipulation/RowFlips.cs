using System.Buffers;
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
        int[] rows = ArrayPool<int>.Shared.Rent(answers.Length);
        double[] distances = ArrayPool<double>.Shared.Rent(answers.Length);
        try
        {
            // Every row is written and only a fitting one is kept: no branch to mispredict.
            int found = 0;
            for (int i = 0; i < answers.Length; i++)
            {
                rows[found] = i;
                distances[found] = Math.Abs(scores[i] - 0.5);
                found += (group[i] == ofGroup) & (answers[i] == from) ? 1 : 0;
            }
            double limit = ArrayStatistics.OrderStatisticInplace(distances[..found], count);
            int atLimit = count;
            for (int k = 0; k < found; k++)
            {
                atLimit -= distances[k] < limit ? 1 : 0;
            }
            for (int k = 0; k < found; k++)
            {
                if (distances[k] < limit || (distances[k] == limit && atLimit-- > 0))
                {
                    answers[rows[k]] ^= 1;
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rows);
            ArrayPool<double>.Shared.Return(distances);
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
