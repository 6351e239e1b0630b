namespace ResearchKit.Data;

/// <summary>How <see cref="EdgeList"/> reads a file.</summary>
public sealed record EdgeListOptions
{
    /// <summary>The defaults: everything by extension and content, repeated edges merged.</summary>
    public static EdgeListOptions Default { get; } = new();

    /// <summary>How the file writes edges.</summary>
    public EdgeListFormat Format { get; init; }

    /// <summary>What the ids are.</summary>
    public NodeIdKind Ids { get; init; }

    /// <summary>
    /// Whether a self loop, a repeated edge (in either direction) or a value after the two ids is an error with its line,
    /// instead of dropped and counted. False by default.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Lines at the start that are not read at all, for example a header; 0 by default.</summary>
    public int SkipLines
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(SkipLines), value, "SkipLines is at least 0.");
    }

    /// <summary>Whether the first record of a csv or tsv file names the columns; null to tell by its words (an unclear one is an error).</summary>
    public bool? HasHeader { get; init; }

    /// <summary>
    /// The columns of a table (csv with header, Parquet) with the two ids; null for u and v, source and target, src and dst, from and to, node1 and node2,
    /// else the first two.
    /// </summary>
    public (string U, string V)? Columns { get; init; }
}
