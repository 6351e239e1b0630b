namespace ResearchKit.Experiments;

/// <summary>A run was cancelled. Finished cells are kept.</summary>
/// <param name="runId">The run.</param>
/// <param name="resumeCommand">The command that goes on with it.</param>
/// <param name="cancellationToken">The token that was cancelled.</param>
public sealed class RunInterruptedException(string runId, string resumeCommand, CancellationToken cancellationToken)
    : OperationCanceledException($"The run {runId} was interrupted; its finished cells are kept.", cancellationToken)
{
    /// <summary>The run.</summary>
    public string RunId { get; } = runId;

    /// <summary>The command that goes on with it.</summary>
    public string ResumeCommand { get; } = resumeCommand;
}
