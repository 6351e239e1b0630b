namespace ResearchKit.Data;

/// <summary>How <see cref="LabeledTable"/> reads.</summary>
public sealed record LabeledTableOptions
{
    /// <summary>What holds where nothing is said.</summary>
    public static LabeledTableOptions Default { get; } = new();

    /// <summary>The column of the class, from 0, or from the end (<c>^1</c>, the default, is the last).</summary>
    public Index LabelColumn { get; init; } = ^1;

    /// <summary>Columns, from 0, that are neither feature nor class, for example an identifier; none by default.</summary>
    public IReadOnlyList<int> Ignored { get; init; } = [];

    /// <summary>
    /// The classes in their order, so that several files get the same numbers. Empty (the default): all values that occur, in the order of numbers if all are, else of texts.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>How the table is written.</summary>
    public DelimitedTextOptions Text { get; init; } = DelimitedTextOptions.Default;
}
