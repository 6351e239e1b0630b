namespace ResearchKit.Audit;

/// <summary>
/// A prediction task on a person file of the American Community Survey (Ding, Hardt, Miller, Schmidt, "Retiring Adult", 2021): who is kept, the features in their order, the label, the group.
/// </summary>
/// <param name="name">The name.</param>
/// <param name="features">The features, in order.</param>
/// <param name="others">Columns that only filter or label need.</param>
/// <param name="keep">Who is kept.</param>
/// <param name="label">The label.</param>
public sealed class AcsTask(
    string name,
    IReadOnlyList<string> features,
    IReadOnlyList<string> others,
    AcsCondition keep,
    AcsCondition label
)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The features, in order.</summary>
    public IReadOnlyList<string> Features { get; } = features;

    /// <summary>All columns that are read: features, those of filter and label, and the group's.</summary>
    public IReadOnlyList<string> Columns { get; } = [.. features.Concat(others).Append(GroupColumn).Distinct(StringComparer.Ordinal)];

    /// <summary>Who is kept.</summary>
    public AcsCondition Keep { get; } = keep;

    /// <summary>The label.</summary>
    public AcsCondition Label { get; } = label;

    /// <summary>What a blank feature becomes. Default 0, as in folktables; NaN in the audit's own variant.</summary>
    public float Missing { get; init; }

    /// <summary>Whether groups are 0 (white alone) and 1 (all others). Default false: the group is the race code itself, 1 to 9.</summary>
    public bool TwoGroups { get; init; }

    /// <summary>The column of the group: the recoded race.</summary>
    public const string GroupColumn = "RAC1P";
}
