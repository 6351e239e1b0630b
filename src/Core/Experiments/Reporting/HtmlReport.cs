using System.Security.Cryptography;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>
/// One self-contained HTML page of results: claims, figures, cells, provenance, rows. It opens from disk, makes no request, works without script,
/// and everything in it that comes from data is encoded.
/// </summary>
public static class HtmlReport
{
    private static readonly Lazy<string> Style = new(() => Resource("report.css"));
    private static readonly Lazy<string> Script = new(() => Resource("report.js"));

    /// <summary>Writes the report.</summary>
    /// <param name="results">The results, in the order of the page. Claims judged together carry verdicts of one family.</param>
    /// <param name="to">Where to; stays open.</param>
    /// <param name="options">What it shows; null for the defaults.</param>
    /// <param name="cancellationToken">Honoured between figures and sections.</param>
    public static async Task WriteAsync(
        IReadOnlyList<ExperimentResult> results,
        Stream to,
        ReportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(to);
        options ??= new ReportOptions();
        IReadOnlyList<ReportSection> sections = await SectionsAsync(results, cancellationToken);
        await using StreamWriter writer = new(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        await WriteAsync(html => Head(html, options));
        await WriteAsync(html => ReportHeader.Write(html, results, options));
        await WriteAsync(html => html.Raw("<main id=\"content\">\n"));
        await WriteAsync(html => ReportClaims.Write(html, results));
        if (options.Comparison is { } comparison)
        {
            await WriteAsync(comparison.WriteSection);
        }

        foreach (ReportSection section in sections)
        {
            await WriteAsync(html => section.Write(html, options));
        }

        await WriteAsync(html => ReportProvenance.Write(html, results));
        await WriteAsync(html => html.Raw("</main>\n<script>").Raw(Script.Value).Raw("</script>\n</body>\n</html>\n"));
        await writer.FlushAsync(cancellationToken);

        async Task WriteAsync(Action<HtmlOutput> part)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HtmlOutput html = new();
            part(html);
            await writer.WriteAsync(html.ToString().AsMemory(), cancellationToken);
        }
    }

    /// <summary>Figures are drawn before anything is written, on all cores; systems of one paper look the same in all of its figures.</summary>
    private static async Task<IReadOnlyList<ReportSection>> SectionsAsync(
        IReadOnlyList<ExperimentResult> results,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, ScottPlotRenderer> renderers = results
            .GroupBy(r => r.Experiment.PaperSlug, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new ScottPlotRenderer(FigurePalette.Of(g.SelectMany(r => r.Figures))), StringComparer.Ordinal);
        ReportSection[] sections = [.. results.Select((r, i) => new ReportSection(i, r, renderers[r.Experiment.PaperSlug]))];
        await Parallel.ForEachAsync(
            sections.SelectMany(s => s.Figures),
            cancellationToken,
            (figure, _) =>
            {
                figure.Draw();
                return ValueTask.CompletedTask;
            }
        );
        return sections;
    }

    private static void Head(HtmlOutput html, ReportOptions options)
    {
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script.Value)));
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw(
                $"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n"
            )
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Element("title", options.Title)
            .Raw("\n<style>\n")
            .Raw(Style.Value)
            .Raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
    }

    private static string Resource(string name)
    {
        using Stream stream =
            typeof(HtmlReport).Assembly.GetManifestResourceStream($"ResearchKit.Experiments.Reporting.{name}")
            ?? throw new InvalidOperationException($"The assembly carries no resource {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
