namespace ResearchKit.Agents;

/// <summary>A document breaks a limit or a rule. Nothing of it is used.</summary>
/// <param name="member">The member, as a path such as <c>skills[3].id</c>.</param>
/// <param name="reason">What is wrong, with the allowed range.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class DocumentRejectedException(string member, string reason, Exception? innerException = null)
    : ResearchKitException(
        AgentErrors.DocumentRejected,
        $"{member}: {reason}",
        "Ask the agent's owner to correct the document; nothing of it was used.",
        innerException
    )
{
    /// <summary>The member, as a path.</summary>
    public string Member { get; } = member;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
