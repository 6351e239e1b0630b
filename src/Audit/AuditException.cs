namespace ResearchKit.Audit;

/// <summary>An audit cannot be made of these data.</summary>
/// <param name="code">One of <see cref="AuditErrors"/>.</param>
/// <param name="message">What is wrong, and where.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class AuditException(string code, string message, string remedy, Exception? innerException = null)
    : ResearchKitException(code, message, remedy, innerException)
{
    internal static AuditException GroupAbsent(int group, string where, int rows) =>
        new(
            AuditErrors.GroupAbsent,
            FormattableString.Invariant($"Group {group} is absent from the {where} (n={rows})."),
            "Draw more rows, or compare groups that are there."
        );
}
