namespace ResearchKit.Audit;

/// <summary>What becomes of a row in which a value is missing.</summary>
public enum MissingValues
{
    /// <summary>An error that names the line. The default.</summary>
    Fail,

    /// <summary>The row is left out, and counted.</summary>
    Drop,

    /// <summary>A missing attribute is a group of its own; rows without label, answer or weight are left out, and counted.</summary>
    Group,
}
