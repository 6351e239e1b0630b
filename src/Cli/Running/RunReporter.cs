using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The page in the folder of each run.</summary>
internal sealed class RunReporter : IRunReporter
{
    internal const string FileName = "report.html";

    public Task WriteAsync(ExperimentResult result, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportFiles.WriteHtmlAsync([result], Path.Combine(folder, FileName), cancellationToken);
    }
}
