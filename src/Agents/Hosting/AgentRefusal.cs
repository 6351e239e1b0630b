namespace ResearchKit.Agents.Hosting;

/// <summary>A request that is refused, with what the caller is told.</summary>
internal sealed class AgentRefusal(int status, string type, string title, string? detail = null, string? member = null) : Exception(title)
{
    internal int Status => status;

    internal AgentProblem Problem { get; } = new($"urn:woa:problem:{type}", title, status, detail) { Member = member };

    internal int? RetryAfterSeconds { get; init; }

    /// <summary>What belongs to another is not there: one answer for both, to the byte.</summary>
    internal static AgentRefusal NotFound(string what) => new(404, $"no-{what}", $"There is no such {what}.");

    /// <summary>A task that is over, or works, takes no message.</summary>
    internal static AgentRefusal NotWaiting(TaskState state) => new(409, "task-not-waiting", $"The task is {state} and waits for nothing.");
}
