namespace ResearchKit.Experiments;

/// <summary>An axis of a figure.</summary>
/// <param name="Label">What is shown along it, without the unit.</param>
/// <param name="Unit">The unit, drawn in brackets behind the label; null if it has none.</param>
public sealed record Axis(string Label, string? Unit = null)
{
    /// <summary>How values are spaced. Default linear.</summary>
    public AxisScale Scale
    {
        get => Categories.Count > 0 ? AxisScale.Category : field;
        init;
    }

    /// <summary>The names of the categories at 0, 1, 2, ... of a category axis.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The lower limit, or null to fit the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>The upper limit, or null to fit the data.</summary>
    public double? Maximum { get; init; }
}

/// <summary>How values are spaced along an axis.</summary>
public enum AxisScale
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>By their decimal logarithm.</summary>
    Log,

    /// <summary>One place a name.</summary>
    Category,
}
