namespace ResearchKit.Audit;

/// <summary>Rows that an auditor may ask about, with the platform's score of each.</summary>
public sealed class ScoredPool
{
    /// <summary>Puts columns together; none is copied.</summary>
    /// <param name="scores">p1, the probability of label 1, in [0, 1].</param>
    /// <param name="labels">The label, 0 or 1.</param>
    /// <param name="group">The protected group, 0 or 1.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range.</exception>
    public ScoredPool(double[] scores, byte[] labels, byte[] group)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(group);
        Rows.RequireEqual(scores.Length, nameof(scores), labels.Length, nameof(labels));
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireShares(scores, nameof(scores));
        Rows.RequireBinary(labels, nameof(labels));
        Rows.RequireBinary(group, nameof(group));
        (Scores, Labels, Group) = (scores, labels, group);
    }

    /// <summary>No rows.</summary>
    public static ScoredPool Empty { get; } = new([], [], []);

    /// <summary>The number of rows.</summary>
    public int Count => Scores.Length;

    /// <summary>The platform's probability of label 1.</summary>
    public ReadOnlyMemory<double> Scores { get; }

    /// <summary>The labels.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>The protected group.</summary>
    public ReadOnlyMemory<byte> Group { get; }

    /// <summary>Some rows, in the order given.</summary>
    /// <param name="rows">Their numbers.</param>
    public ScoredPool Subset(ReadOnlySpan<int> rows)
    {
        double[] scores = new double[rows.Length];
        byte[] labels = new byte[rows.Length];
        byte[] group = new byte[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (scores[i], labels[i], group[i]) = (Scores.Span[rows[i]], Labels.Span[rows[i]], Group.Span[rows[i]]);
        }
        return new ScoredPool(scores, labels, group);
    }
}
