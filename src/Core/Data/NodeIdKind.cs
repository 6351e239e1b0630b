namespace ResearchKit.Data;

/// <summary>What the node ids of a file are.</summary>
public enum NodeIdKind
{
    /// <summary>As on the first line with data: if its ids are integers, all have to be; otherwise all are text. In npy and Parquet, as the type says.</summary>
    Auto,

    /// <summary>Integers from 0 to 2^63 - 1, ordered as numbers; 007 and 7 are one id.</summary>
    Integer,

    /// <summary>Any text without blanks and commas, ordered by its UTF-16 code units.</summary>
    Text,
}
