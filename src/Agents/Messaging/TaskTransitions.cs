namespace ResearchKit.Agents;

/// <summary>Which moves a task may make: out of a final state none, never back to submitted, and to itself only while working (progress).</summary>
public static class TaskTransitions
{
    /// <summary>Whether the state is final.</summary>
    /// <param name="state">The state.</param>
    public static bool IsTerminal(TaskState state) => state >= TaskState.Completed;

    /// <summary>Whether the task waits for its owner.</summary>
    /// <param name="state">The state.</param>
    public static bool IsInterrupted(TaskState state) => state is TaskState.InputRequired or TaskState.AuthRequired;

    /// <summary>Whether a task may go from one state to another.</summary>
    /// <param name="source">From.</param>
    /// <param name="target">To.</param>
    public static bool Allows(TaskState source, TaskState target) =>
        !IsTerminal(source) && target != TaskState.Submitted && (source != target || source == TaskState.Working);
}
