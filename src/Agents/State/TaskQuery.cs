namespace ResearchKit.Agents;

/// <summary>Which tasks to list, newest first.</summary>
/// <param name="ContextId">Only of this conversation.</param>
/// <param name="State">Only in this state.</param>
/// <param name="Take">How many at most.</param>
/// <param name="Skip">How many to pass over.</param>
public sealed record TaskQuery(string? ContextId = null, TaskState? State = null, int Take = 50, int Skip = 0)
{
    /// <summary>Only tasks whose state changed after this.</summary>
    public DateTimeOffset? ChangedAfter { get; init; }
}
