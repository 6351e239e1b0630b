using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary>The formats of a report.</summary>
internal enum ReportFormat
{
    /// <summary>One self-contained page.</summary>
    Html,

    /// <summary>A table for a README.</summary>
    Md,

    /// <summary>All that is known of the claims.</summary>
    Json,

    /// <summary>Claims as test cases.</summary>
    Junit,

    /// <summary>A table for a paper.</summary>
    Latex,

    /// <summary>One line a claim, numbers with all their digits.</summary>
    Csv,

    /// <summary>The same as typed columns.</summary>
    Parquet,
}

/// <summary>Writes reports.</summary>
internal static class ReportFiles
{
    internal static async Task WriteAsync(
        Call call,
        RunSession session,
        IReadOnlyList<ExperimentResult> results,
        ReportFormat format,
        string? path,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (format == ReportFormat.Html)
        {
            path ??= results is [{ Folder: { } folder }]
                ? Path.Combine(folder, RunReporter.FileName)
                : Path.Combine(
                    session.Store.Root,
                    string.Create(CultureInfo.InvariantCulture, $"report-{clock.GetUtcNow():yyyyMMdd-HHmmss}.html")
                );
            await WriteHtmlAsync(results, path, cancellationToken);
            call.Results.Present(() =>
            {
                Outcome.Show(call.Results, results, session);
                call.Results.Line(ClaimsTable.Counts([.. results.SelectMany(r => r.Claims)]));
                call.Results.Line(Path.GetFullPath(path));
            });
            return;
        }

        JudgedClaim[] claims = [.. results.SelectMany(r => r.Claims)];
        if (format == ReportFormat.Parquet)
        {
            await ClaimTable.Table(claims).SaveAsync(path!, cancellationToken);
            call.Results.Line(Path.GetFullPath(path!));
            return;
        }

        string text = Text(claims, format);
        if (path is null)
        {
            call.Results.Present(() => call.Results.Stream.Write(text));
            return;
        }

        await AtomicFile.WriteTextAsync(path, text, cancellationToken);
        call.Results.Line(Path.GetFullPath(path));
    }

    internal static Task WriteHtmlAsync(IReadOnlyList<ExperimentResult> results, string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            path,
            (stream, token) => HtmlReport.WriteAsync(results, stream, OptionsOf(results, path), token),
            cancellationToken
        );

    private static ReportOptions OptionsOf(IReadOnlyList<ExperimentResult> results, string path) =>
        new()
        {
            Title = results is [{ } only] ? only.Experiment.Shows : "ResearchKit report",
            Folder = Path.GetDirectoryName(Path.GetFullPath(path)),
        };

    private static string Text(IReadOnlyList<JudgedClaim> claims, ReportFormat format) =>
        format switch
        {
            ReportFormat.Md => ClaimTable.Markdown(claims),
            ReportFormat.Json => ClaimTable.Json(claims),
            ReportFormat.Junit => ClaimTable.JUnit(claims),
            ReportFormat.Csv => ClaimTable.Csv(claims),
            _ => ClaimTable.Latex(claims),
        };
}
