namespace ResearchKit.Experiments;

/// <summary>
/// Runs the missing cells of a plan somewhere: in this process, in child processes, as the job array of a cluster. Whatever happens there, what was measured is read
/// from the journals afterwards: a launcher says what it did, never which cells are done.
/// </summary>
public interface ILauncher
{
    /// <summary>The name, as <c>--launcher</c> takes it.</summary>
    string Name { get; }

    /// <summary>Whether other processes write the journals: the reader then waits for a file system whose listings lag.</summary>
    bool MeasuresElsewhere { get; }

    /// <summary>Measures cells.</summary>
    /// <param name="request">The cells, and how to measure them.</param>
    /// <param name="cancellationToken">Stops: running cells within a second, cells that do not obey are abandoned after ten.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; finished cells are committed.</exception>
    /// <exception cref="ResearchKitException">RK3001: a journal could not be written; finished cells are committed.</exception>
    Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken);
}
