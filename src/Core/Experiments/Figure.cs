namespace ResearchKit.Experiments;

/// <summary>A figure as data: what is drawn, not how. A renderer makes pictures of it; the report makes tables and tooltips of it.</summary>
public sealed record Figure
{
    /// <summary>The id, unique within the experiment; file names follow it.</summary>
    public required string Id { get; init; }

    /// <summary>The title.</summary>
    public required string Title { get; init; }

    /// <summary>Where it stands in the paper, for example <c>Fig. 6</c>; null if it is not the paper's.</summary>
    public string? Source { get; init; }

    /// <summary>What to see in it, in one or two sentences.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>The series, in the order of the legend. Empty: the figure says that there are no rows.</summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>The paper's own values, where known, drawn as hollow markers.</summary>
    public IReadOnlyList<ReferenceMark> Marks { get; init; } = [];

    /// <summary>The width on the page.</summary>
    public FigureWidth Width { get; init; } = FigureWidth.Column;

    /// <summary>What the values stand on.</summary>
    public Provenance Provenance { get; init; } = new();
}

/// <summary>The width of a figure on a printed page.</summary>
public enum FigureWidth
{
    /// <summary>One column: 3.33 in, 640 x 400 on screen.</summary>
    Column,

    /// <summary>The page: 7 in, 960 x 400 on screen.</summary>
    Wide,
}
