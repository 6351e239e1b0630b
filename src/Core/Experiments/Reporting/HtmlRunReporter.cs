using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>Writes the page of one run as <c>report.html</c> into its folder.</summary>
/// <param name="options">What it shows; null for the defaults.</param>
public sealed class HtmlRunReporter(ReportOptions? options = null) : IRunReporter
{
    /// <inheritdoc/>
    public async Task WriteAsync(ExperimentResult result, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ReportOptions own = (options ?? new ReportOptions()) with { Folder = folder };
        string title = options is null ? result.Experiment.Id : own.Title;
        await AtomicFile.WriteAsync(
            Path.Combine(folder, "report.html"),
            (stream, cancellationToken) => HtmlReport.WriteAsync([result], stream, own with { Title = title }, cancellationToken),
            cancellationToken
        );
    }
}
