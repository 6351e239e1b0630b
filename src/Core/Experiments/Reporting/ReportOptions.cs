namespace ResearchKit.Experiments;

/// <summary>What a report shows and how much it carries.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading. Default <c>ResearchKit report</c>.</summary>
    public string Title { get; init; } = "ResearchKit report";

    /// <summary>The folder the report is written to: what is too large to embed is linked relative to it. Null: such a link is not made.</summary>
    public string? Folder { get; init; }

    /// <summary>Rows of an experiment are embedded, compressed, up to this many bytes; larger tables are linked. Default 2 MiB.</summary>
    public long EmbedRowsUpTo
    {
        get;
        init =>
            field =
                value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(EmbedRowsUpTo), value, "A size in bytes is at least 0.");
    } = 2 << 20;

    /// <summary>How many rows of an experiment are shown as a table. Default 100.</summary>
    public int ShownRows
    {
        get;
        init =>
            field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(ShownRows), value, "A number of rows is at least 0.");
    } = 100;

    /// <summary>Two results to be compared in a section of their own, or null.</summary>
    public ReportComparison? Comparison { get; init; }
}
