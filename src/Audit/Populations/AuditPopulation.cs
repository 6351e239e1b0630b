namespace ResearchKit.Audit;

/// <summary>
/// People as a model and an auditor see them: features, a label of 0 or 1, a protected group. Immutable; a missing feature is NaN.
/// </summary>
public sealed class AuditPopulation
{
    /// <summary>Puts columns together.</summary>
    /// <param name="name">The name of the data.</param>
    /// <param name="features">Count x features, row by row; not copied.</param>
    /// <param name="labels">The label of each row; not copied.</param>
    /// <param name="group">The number of the group of each row; in audits 1 for the protected group, 0 for all others; not copied.</param>
    /// <param name="featureNames">The names of the features.</param>
    /// <param name="groupNames">The names of the groups, by number.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, or a label is not 0 or 1.</exception>
    public AuditPopulation(
        string name,
        float[] features,
        byte[] labels,
        byte[] group,
        IReadOnlyList<string> featureNames,
        IReadOnlyList<string> groupNames
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(featureNames);
        ArgumentNullException.ThrowIfNull(groupNames);
        Rows.RequireSome(labels.Length, nameof(labels));
        Rows.RequireEqual(labels.Length, nameof(labels), group.Length, nameof(group));
        Rows.RequireBinary(labels, nameof(labels));
        if (features.LongLength != (long)labels.Length * featureNames.Count)
        {
            throw new ArgumentException(
                $"There are {features.LongLength} values for {labels.Length} rows of {featureNames.Count} features.",
                nameof(features)
            );
        }
        int unnamed = group.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(groupNames.Count - 1));
        if (unnamed >= 0)
        {
            throw new ArgumentException($"Row {unnamed} is in group {group[unnamed]}, which has no name.", nameof(groupNames));
        }
        (Name, Features, Labels, Group, FeatureNames, GroupNames) = (name, features, labels, group, featureNames, groupNames);
    }

    /// <summary>The name of the data.</summary>
    public string Name { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The names of the features.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The names of the groups, by number.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>Count x features, row by row; NaN where missing.</summary>
    public ReadOnlyMemory<float> Features { get; }

    /// <summary>The label of each row.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>The number of the group of each row.</summary>
    public ReadOnlyMemory<byte> Group { get; }

    /// <summary>The features of a row.</summary>
    /// <param name="row">The row.</param>
    public ReadOnlyMemory<float> FeaturesOf(int row) => Features.Slice(row * FeatureNames.Count, FeatureNames.Count);

    /// <summary>Some rows, in the order given.</summary>
    /// <param name="rows">Their numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AuditPopulation Subset(ReadOnlySpan<int> rows)
    {
        int width = FeatureNames.Count;
        float[] features = new float[rows.Length * width];
        byte[] labels = new byte[rows.Length];
        byte[] group = new byte[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rows[i], nameof(rows));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rows[i], Count, nameof(rows));
            FeaturesOf(rows[i]).Span.CopyTo(features.AsSpan(i * width));
            (labels[i], group[i]) = (Labels.Span[rows[i]], Group.Span[rows[i]]);
        }
        return new AuditPopulation(Name, features, labels, group, FeatureNames, GroupNames);
    }

    /// <summary>The same people in two groups: 1 where the condition holds.</summary>
    /// <param name="isProtected">Whether the group of that number is the protected one.</param>
    /// <param name="protectedName">The name of the protected group.</param>
    /// <param name="otherName">The name of all others.</param>
    public AuditPopulation WithTwoGroups(Func<int, bool> isProtected, string protectedName, string otherName)
    {
        ArgumentNullException.ThrowIfNull(isProtected);
        byte[] group = [.. Group.ToArray().Select(g => isProtected(g) ? (byte)1 : (byte)0)];
        return new AuditPopulation(Name, Features.ToArray(), Labels.ToArray(), group, FeatureNames, [otherName, protectedName]);
    }

    /// <summary>Without groups of too few rows: the non-binarised variant of the paper's experiments leaves out groups below 200.</summary>
    /// <param name="atLeast">The fewest rows of a group that stays.</param>
    public AuditPopulation WithoutSmallGroups(int atLeast = 200)
    {
        int[] sizes = new int[GroupNames.Count];
        foreach (byte g in Group.Span)
        {
            sizes[g]++;
        }
        byte[] groups = Group.ToArray();
        return Subset([.. Enumerable.Range(0, Count).Where(i => sizes[groups[i]] >= atLeast)]);
    }
}
