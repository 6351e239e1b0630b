using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Who sees which rows (arXiv:2505.04796, section 5.1): a pool for the auditor, and of the rest 70 % to train the platform's model and 30 % (rounded up) for its users.
/// </summary>
/// <param name="Pool">The rows of the auditor's pool.</param>
/// <param name="Train">The rows the model is trained on.</param>
/// <param name="Users">The rows of the platform's users (its test set).</param>
public sealed record AuditSplit(int[] Pool, int[] Train, int[] Users)
{
    /// <summary>Splits.</summary>
    /// <param name="population">The rows.</param>
    /// <param name="poolSize">The size of the auditor's pool, at least 1 and below the number of rows.</param>
    /// <param name="split">Draws the pool.</param>
    /// <param name="trainTest">Draws the users among the rest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pool is not smaller than the population.</exception>
    /// <exception cref="AuditException">A group is absent from a part.</exception>
    public static AuditSplit Of(AuditPopulation population, int poolSize, RandomStream split, RandomStream trainTest)
    {
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(trainTest);
        ArgumentOutOfRangeException.ThrowIfLessThan(poolSize, 1);
        if (poolSize > population.Count - 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(poolSize),
                poolSize,
                $"The audit pool is drawn from {population.Count} rows, and at least two others are needed to train and to serve."
            );
        }
        int[] order = split.Permutation(population.Count);
        int[] pool = order[..poolSize];
        int[] rest = order[poolSize..];
        trainTest.Shuffle<int>(rest);
        int users = (int)Math.Ceiling(0.3 * rest.Length);
        AuditSplit parts = new(pool, rest[users..], rest[..users]);
        Require(population, parts.Pool, "audit pool");
        Require(population, parts.Train, "training set");
        Require(population, parts.Users, "test set");
        return parts;
    }

    /// <summary>The split with a share of the training rows of group 1 removed: the training imbalance of the paper's exploration.</summary>
    /// <param name="population">The rows.</param>
    /// <param name="share">q, the share removed, in [0, 1).</param>
    /// <param name="random">Draws which.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is outside [0, 1).</exception>
    public AuditSplit WithImbalance(AuditPopulation population, double share, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(random);
        if (!(share >= 0 && share < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share removed lies in [0, 1).");
        }
        int[] protectedRows = [.. Train.Where(row => population.Group.Span[row] == 1)];
        int removed = (int)Math.Round(share * protectedRows.Length);
        HashSet<int> gone = [.. random.Sample(protectedRows.Length, removed).Select(k => protectedRows[k])];
        return this with { Train = [.. Train.Where(row => !gone.Contains(row))] };
    }

    private static void Require(AuditPopulation population, int[] rows, string where)
    {
        bool[] seen = new bool[population.GroupNames.Count];
        bool[] exists = new bool[seen.Length];
        foreach (int row in rows)
        {
            seen[population.Group.Span[row]] = true;
        }
        foreach (byte g in population.Group.Span)
        {
            exists[g] = true;
        }
        for (int g = 0; g < seen.Length; g++)
        {
            if (exists[g] && !seen[g])
            {
                throw AuditException.GroupAbsent(g, where, rows.Length);
            }
        }
        if (seen.Length == 2 && (!seen[0] || !seen[1]))
        {
            throw AuditException.GroupAbsent(seen[0] ? 1 : 0, where, rows.Length);
        }
    }
}
