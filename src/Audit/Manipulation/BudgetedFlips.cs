namespace ResearchKit.Audit;

/// <summary>Flips the k least confident rows whose flip brings the selection rates of both groups nearer to each other.</summary>
public sealed class BudgetedFlips : IAuditManipulation
{
    /// <summary>A manipulation with a budget.</summary>
    /// <param name="flips">k, the most rows that are flipped; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is negative.</exception>
    public BudgetedFlips(int flips)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flips);
        Flips = flips;
    }

    /// <summary>k.</summary>
    public int Flips { get; }

    /// <inheritdoc/>
    public string Name => "budgeted flips";

    /// <inheritdoc/>
    public double? Parameter => Flips;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Honest.CopyTo(answers);
        GroupMargins m = context.Margins;
        (int positives0, int positives1) = (m.Positives0, m.Positives1);
        int[] order = [.. Enumerable.Range(0, context.Count).OrderBy(i => Math.Abs(context.Scores.Span[i] - 0.5))];
        int left = Flips;
        foreach (int row in order)
        {
            if (left == 0)
            {
                break;
            }
            int change = answers[row] == 0 ? 1 : -1;
            bool inGroup1 = context.Group.Span[row] == 1;
            double now = Parity(positives0, positives1);
            double then = inGroup1 ? Parity(positives0, positives1 + change) : Parity(positives0 + change, positives1);
            if (Math.Abs(then) < Math.Abs(now))
            {
                answers[row] ^= 1;
                (positives0, positives1) = inGroup1 ? (positives0, positives1 + change) : (positives0 + change, positives1);
                left--;
            }
        }
        return ManipulationOutcome.Answered;

        double Parity(int p0, int p1) => ((double)p0 / m.Rows0) - ((double)p1 / m.Rows1);
    }
}
