namespace ResearchKit.Agents;

/// <summary>An agent answered with an error.</summary>
/// <param name="url">The agent.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="type">The problem's type (RFC 9457), or null.</param>
/// <param name="title">What the agent says; a text of a stranger.</param>
/// <param name="detail">More of it.</param>
public sealed class AgentRefusedException(Uri url, int status, string? type, string title, string? detail)
    : ResearchKitException(
        AgentErrors.Refused,
        $"{url} answers {status}: {Security.UntrustedText.Escape(title, 256)}{(detail is null ? "" : $" ({Security.UntrustedText.Escape(detail, 1024)})")}",
        "Correct the request as the agent says."
    )
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The problem's type without its prefix, for example <c>no-task</c>; null if none was given.</summary>
    public string? Problem { get; } = type?[(type.LastIndexOf(':') + 1)..];

    /// <summary>What the agent says besides; a text of a stranger.</summary>
    public string? Detail { get; } = detail;
}
