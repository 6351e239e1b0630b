namespace ResearchKit.Data;

/// <summary>How <see cref="DelimitedText"/> reads a file.</summary>
public sealed record DelimitedTextOptions
{
    /// <summary>The defaults: a header, the separator found in the first lines, every record as long as the header.</summary>
    public static DelimitedTextOptions Default { get; } = new();

    /// <summary>The character between values; null to find it (a tab for .tsv, else among , ; tab |).</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first record names the columns. True by default.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The character that begins a comment line; none by default.</summary>
    public char? CommentPrefix { get; init; }

    /// <summary>Whether blanks around values are removed. False by default.</summary>
    public bool TrimBlanks { get; init; }

    /// <summary>Whether records may have any number of values. False by default: another number than the first record's is an error.</summary>
    public bool AllowRagged { get; init; }

    /// <summary>Values that mean "missing"; the empty text always does.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];
}
