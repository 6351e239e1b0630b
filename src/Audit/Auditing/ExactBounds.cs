namespace ResearchKit.Audit;

/// <summary>
/// What is possible for 0/1 answers, exactly and in integers (arXiv:2505.04796, section 4). A group's answers matter only by the number of its positives: with P_a positives now and q_a wanted, the fewest
/// changes are |q_0 - P_0| + |q_1 - P_1|.
/// </summary>
public static class ExactBounds
{
    // Bounds on whole numbers computed in floating point: less than this beyond an integer is that integer.
    private const double Rounding = 1e-9;

    /// <summary>The fewest changes until |demographic parity| &lt;= eps. There always is a way: no positives at all.</summary>
    /// <param name="margins">Rows and positives of both groups; both have rows.</param>
    /// <param name="epsilon">eps, finite and not negative.</param>
    /// <returns>The target with the fewest changes; the one with the fewest positives in group 1 among equals. Takes n_1 steps at most.</returns>
    /// <exception cref="ArgumentOutOfRangeException">eps is negative or not finite.</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static FairTarget FewestFlips(GroupMargins margins, double epsilon)
    {
        Rows.RequireNotNegative(epsilon, nameof(epsilon));
        RequireBoth(margins);
        (int n0, int n1) = (margins.Rows0, margins.Rows1);
        // Moving group 1 by more than the cost of a way that is known cannot be better: only numbers near its own are looked at.
        int bound = Math.Min(margins.Positives0 + margins.Positives1, CostAt(margins.Positives1, out _));
        (int best, int best0, int best1) = (int.MaxValue, 0, 0);
        for (int q1 = Math.Max(0, margins.Positives1 - bound); q1 <= Math.Min(n1, (long)margins.Positives1 + bound); q1++)
        {
            int flips = CostAt(q1, out int q0);
            if (flips < best)
            {
                (best, best0, best1) = (flips, q0, q1);
            }
        }
        return new FairTarget(best0, best1, best);

        int CostAt(int q1, out int q0)
        {
            double rate = (double)q1 / n1;
            int low = (int)Math.Max(0, Math.Ceiling(((rate - epsilon) * n0) - Rounding));
            int high = (int)Math.Min(n0, Math.Floor(((rate + epsilon) * n0) + Rounding));
            if (low > high)
            {
                q0 = 0;
                return int.MaxValue;
            }
            q0 = Math.Clamp(margins.Positives0, low, high);
            return Math.Abs(q1 - margins.Positives1) + Math.Abs(q0 - margins.Positives0);
        }
    }

    /// <summary>The largest error count that is not detected: the error rate must stay below tau. -1 if none.</summary>
    /// <param name="rows">n.</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside (0, 1], or there are no rows.</exception>
    public static int AllowedErrors(int rows, double tau)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        return (int)Math.Ceiling((Rows.RequireTau(tau) * rows) - 1e-12) - 1;
    }

    /// <summary>
    /// Whether labels that are public are useless: a vector of answers that is fair and not detected, or null if there is none. One exists as soon as tau exceeds (fewest flips of the labels) / n.
    /// </summary>
    /// <param name="labels">y*, the auditor's labels, 0 or 1.</param>
    /// <param name="group">The protected group, 0 or 1.</param>
    /// <param name="epsilon">The demographic parity that counts as fair.</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <param name="scores">Scores by which rows are chosen (nearest to 0.5 first); empty to choose in row order.</param>
    /// <returns>The answers, or null.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range.</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static byte[]? PublicPriorDefeat(
        ReadOnlySpan<byte> labels,
        ReadOnlySpan<byte> group,
        double epsilon,
        double tau,
        ReadOnlySpan<double> scores = default
    )
    {
        GroupMargins margins = GroupMargins.OfBoth(labels, group, "audit set");
        FairTarget target = FewestFlips(margins, epsilon);
        if (target.Flips > AllowedErrors(margins.Rows, tau))
        {
            return null;
        }
        if (!scores.IsEmpty)
        {
            Rows.RequireEqual(labels.Length, nameof(labels), scores.Length, nameof(scores));
        }
        ReadOnlySpan<double> by = scores.IsEmpty ? new double[labels.Length] : scores;
        byte[] answers = labels.ToArray();
        Move(by, group, answers, 0, target.Positives0 - margins.Positives0);
        Move(by, group, answers, 1, target.Positives1 - margins.Positives1);
        return answers;
    }

    /// <summary>The smallest tau = c/n for which public labels are useless: (fewest flips of the labels + 1) / n.</summary>
    /// <param name="labels">Rows and positive labels of both groups.</param>
    /// <param name="epsilon">The demographic parity that counts as fair.</param>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static double SmallestUselessTau(GroupMargins labels, double epsilon) =>
        (FewestFlips(labels, epsilon).Flips + 1.0) / labels.Rows;

    /// <summary>
    /// The most demographic parity that a platform can hide that knows the labels and is not detected: the upper bound on every strategy. May exceed 1.
    /// </summary>
    /// <param name="honest">Rows and honest positive answers of both groups.</param>
    /// <param name="labels">Rows and positive labels of both groups.</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <returns>The largest |DP(m) - DP(h)|, or null if not even the labels themselves pass.</returns>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside (0, 1].</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static double? OmniscientConcealable(GroupMargins honest, GroupMargins labels, double tau) =>
        OmniscientTarget(honest, labels, tau) is { } target ? Math.Abs(Parity(labels, target) - honest.SignedDemographicParity) : null;

    /// <summary>Where the omniscient platform goes; null if no error count is allowed.</summary>
    internal static FairTarget? OmniscientTarget(GroupMargins honest, GroupMargins labels, double tau)
    {
        RequireBoth(labels);
        if (honest.Rows0 != labels.Rows0 || honest.Rows1 != labels.Rows1)
        {
            throw new ArgumentException(
                $"The answers have {honest.Rows0} and {honest.Rows1} rows, the labels {labels.Rows0} and {labels.Rows1}; both describe the same rows.",
                nameof(labels)
            );
        }
        int budget = AllowedErrors(labels.Rows, tau);
        if (budget < 0)
        {
            return null;
        }
        FairTarget up = Spend(labels, budget, raise: true);
        FairTarget down = Spend(labels, budget, raise: false);
        double parity = honest.SignedDemographicParity;
        return Math.Abs(parity - Parity(labels, up)) >= Math.Abs(parity - Parity(labels, down)) ? up : down;
    }

    /// <summary>Spends errors where each moves demographic parity most: in the smaller group first.</summary>
    private static FairTarget Spend(GroupMargins labels, int budget, bool raise)
    {
        int room0 = raise ? labels.Rows0 - labels.Positives0 : labels.Positives0;
        int room1 = raise ? labels.Positives1 : labels.Rows1 - labels.Positives1;
        int moves0 = labels.Rows0 <= labels.Rows1 ? Math.Min(room0, budget) : Math.Min(room0, budget - Math.Min(room1, budget));
        int moves1 = Math.Min(room1, budget - moves0);
        int sign = raise ? 1 : -1;
        return new FairTarget(labels.Positives0 + (sign * moves0), labels.Positives1 - (sign * moves1), moves0 + moves1);
    }

    private static double Parity(GroupMargins rows, FairTarget target) =>
        ((double)target.Positives0 / rows.Rows0) - ((double)target.Positives1 / rows.Rows1);

    private static void Move(ReadOnlySpan<double> scores, ReadOnlySpan<byte> group, byte[] answers, int ofGroup, int change) =>
        RowFlips.LeastConfident(scores, group, answers, ofGroup, change > 0 ? (byte)0 : (byte)1, Math.Abs(change));

    private static void RequireBoth(GroupMargins margins)
    {
        if (margins.Rows0 == 0 || margins.Rows1 == 0)
        {
            throw AuditException.GroupAbsent(margins.Rows0 == 0 ? 0 : 1, "audit set", margins.Rows);
        }
    }
}
