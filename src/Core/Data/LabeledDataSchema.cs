namespace ResearchKit.Data;

/// <summary>What the features and classes of <see cref="LabeledData"/> are.</summary>
public sealed record LabeledDataSchema
{
    /// <summary>The shape of a row's features, for example channels x height x width. Empty (the default): one axis as long as the features ask for.</summary>
    public IReadOnlyList<int> FeatureShape { get; init; } = [];

    /// <summary>The number of classes; 0 (the default): as many as there are class names, or else as the highest label asks for.</summary>
    public int ClassCount { get; init; }

    /// <summary>The names of the classes, one each; empty (the default): they have none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The names of the features, one each; empty (the default): they have none.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];
}
