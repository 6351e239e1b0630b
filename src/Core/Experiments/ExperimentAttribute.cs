namespace ResearchKit.Experiments;

/// <summary>Names an experiment: one figure or table of a paper.</summary>
/// <param name="id">The id <c>paper/figure-slug</c>: lower-case letters, digits and hyphens, one slash.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExperimentAttribute(string id) : Attribute
{
    /// <summary>The id <c>paper/figure-slug</c>.</summary>
    public string Id { get; } = id;

    /// <summary>The paper, for example <c>arXiv:2506.12417</c>.</summary>
    public required string Paper { get; init; }

    /// <summary>What the figure or table shows, in one line.</summary>
    public required string Shows { get; init; }

    /// <summary>The version, raised when the rows would change. Default 1.</summary>
    public int Version { get; init; } = 1;
}
