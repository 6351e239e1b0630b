namespace ResearchKit.Audit;

/// <summary>A column that a task needs is not in a file.</summary>
/// <param name="path">The file.</param>
/// <param name="column">The column.</param>
/// <param name="remedy">What to do next.</param>
public sealed class MissingColumnException(string path, string column, string remedy)
    : ResearchKitException(AuditErrors.MissingColumn, $"{path} has no column '{column}'.", remedy)
{
    /// <summary>The column.</summary>
    public string Column { get; } = column;
}
