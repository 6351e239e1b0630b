namespace ResearchKit.Experiments;

/// <summary>A failure in one line, as tables and journals keep it.</summary>
internal static class FailureText
{
    /// <summary>The type and the message; of a problem that has a code and a remedy, these too.</summary>
    /// <param name="exception">The failure.</param>
    internal static string Of(Exception exception) =>
        exception is ResearchKitException problem
            ? $"{problem.Code}: {problem.Message} {problem.Remedy}"
            : $"{exception.GetType().Name}: {exception.Message}";
}
