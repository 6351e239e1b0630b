using CsvHelper;
using Microsoft.Extensions.Logging;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>
/// Derives table, figures and claims from the journals of a run. It is a pure function of them, and each file is renamed into place:
/// two finalisers at once are harmless. What fails in drawing, judging or rendering becomes a problem of the result; the rows are kept all the same.
/// </summary>
internal sealed class RunFinaliser(Experiment experiment, RunServices services, ICellResources resources, ILogger log)
{
    private readonly List<string> problems = [];

    /// <summary>Derives all there is.</summary>
    /// <param name="state">The journals.</param>
    /// <param name="cells">The cells, those that are skipped marked.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="unmet">What is not here of what cells and claims need.</param>
    /// <param name="identity">Id and folder of the run.</param>
    internal ExperimentResult Derive(
        RunState state,
        IReadOnlyList<CellResult> cells,
        RunManifest manifest,
        IReadOnlySet<string> unmet,
        (string RunId, string? Folder) identity
    )
    {
        IReadOnlyList<MeasuredRow> rows = state.Rows(problems);
        List<Figure> figures = Try("draw", () => Checked(experiment.DrawRows(rows))) ?? [];
        List<Claim> claims = Try("judge", () => experiment.JudgeRows(rows).ToList()) ?? [];
        HashSet<string> unmetByClaims =
        [
            .. unmet,
            .. claims.SelectMany(c => c.Needs).Distinct().Where(n => resources.WhyMissing(n) is not null),
        ];
        JudgeContext context = new(manifest.Scale, unmetByClaims, manifest.LoadWhileTiming > LoadWatch.Busy);
        IReadOnlyList<JudgedClaim> judged =
            Try("judge", () => ClaimJudge.Judge([.. claims.Select(c => (experiment.Info, c))], context)) ?? [];
        return new ExperimentResult
        {
            Experiment = experiment.Info,
            Scale = manifest.Scale,
            RunId = identity.RunId,
            Folder = identity.Folder,
            Rerun = RunCommands.Rerun(services.Program, experiment, manifest.Scale, state.Plan.Options),
            Manifest = manifest.ToJson(),
            Cells = cells,
            Rows = state.Table(),
            Figures = figures,
            Claims = judged,
            State = manifest.State,
            Context = context,
            Damages = state.Damages,
            Problems = problems,
        };
    }

    /// <summary>Writes what was derived into the folder of the run.</summary>
    /// <param name="result">What was derived.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The result with the problems of rendering.</returns>
    /// <exception cref="ResearchKitException">RK3001: a file cannot be written.</exception>
    internal async Task<ExperimentResult> WriteAsync(ExperimentResult result, string folder, CancellationToken cancellationToken)
    {
        await AtomicFile.WriteAsync(Path.Combine(folder, "rows.csv"), (s, _) => WriteRows(result.Rows, s), cancellationToken);
        await AtomicFile.WriteTextAsync(Path.Combine(folder, "claims.json"), ClaimTable.Json(result.Claims), cancellationToken);
        string pictures = Path.Combine(folder, "figures");
        foreach (Figure figure in result.Figures)
        {
            await TryAsync(
                $"figure {figure.Id}",
                () => AtomicFile.WriteBytesAsync(Path.Combine(pictures, figure.Id + ".json"), FigureJson.Write(figure), cancellationToken)
            );
            if (services.Figures is { } renderer)
            {
                await TryAsync($"figure {figure.Id}", () => renderer.RenderAsync(figure, pictures, cancellationToken));
            }
        }

        result = result with { Problems = [.. problems] };
        if (services.Reporter is { } reporter)
        {
            await TryAsync("report", () => reporter.WriteAsync(result, folder, cancellationToken));
        }

        return result with
        {
            Problems = [.. problems],
        };
    }

    private static Task WriteRows(RowTable table, Stream stream)
    {
        using CsvWriter writer = CsvWriter.Create(stream, RowFormatter.Csv with { BufferSize = 1 << 16 }, leaveOpen: true);
        foreach (string[] record in table.Rows.Prepend([.. table.Columns.Select(c => c.Name)]))
        {
            foreach (string field in record)
            {
                writer.WriteField(field);
            }

            writer.EndRecord();
        }

        return Task.CompletedTask;
    }

    private static List<Figure> Checked(IEnumerable<Figure> figures)
    {
        List<Figure> list = [.. figures];
        string? twice = list.GroupBy(f => f.Id, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)?.Key;
        string? notAName = list.FirstOrDefault(f => f.Id.Length == 0 || f.Id.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)?.Id;
        return twice is not null ? throw new ArgumentException($"two figures have the id {twice}")
            : notAName is not null ? throw new ArgumentException($"the id '{notAName}' of a figure is no file name")
            : list;
    }

    private T? Try<T>(string what, Func<T> action)
        where T : class
    {
        try
        {
            return action();
        }
        catch (Exception e)
        {
            Add(what, e);
            return null;
        }
    }

    private async Task TryAsync(string what, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is not OperationCanceledException and not ResearchKitException { Code: ErrorCodes.WriteFailed })
        {
            Add(what, e);
        }
    }

    private void Add(string what, Exception e)
    {
        log.LogError(e, "{Experiment}: {What} failed.", experiment.Info.Id, what);
        problems.Add($"{what}: {FailureText.Of(e)}");
    }
}
