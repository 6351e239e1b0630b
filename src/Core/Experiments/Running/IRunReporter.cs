namespace ResearchKit.Experiments;

/// <summary>Writes the report of one run into its folder.</summary>
public interface IRunReporter
{
    /// <summary>Writes the report, whole or not at all (to a temporary name, then renamed).</summary>
    /// <param name="result">All that the run gave.</param>
    /// <param name="folder">The folder of the run; figures lie in its <c>figures</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task WriteAsync(ExperimentResult result, string folder, CancellationToken cancellationToken);
}
