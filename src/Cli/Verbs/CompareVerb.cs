using System.CommandLine;
using ResearchKit.Experiments;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary><c>compare A B</c>: two runs, options that differ first, then claims side by side.</summary>
internal sealed class CompareVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string> first = RunReference.One("a", "A run");
        Argument<string> second = RunReference.One("b", "The run it is compared with");
        Option<bool> json = JsonOption.Create();
        Option<string?> html = new("--html")
        {
            Description = "Write both runs and their comparison as a page to this file",
            HelpName = "file",
        };
        Option<string?> folder = RunsOption.Create();
        Command command = new("compare", "Compare two runs: options that differ, cells, claims side by side")
        {
            first,
            second,
            json,
            html,
            folder,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                await using RunSession session = new(context, call, call.Arguments.Given(folder), draws: false);
                ExperimentResult a = await ReviewAsync(context, session, call.Arguments.GetRequiredValue(first), cancellationToken);
                ExperimentResult b = await ReviewAsync(context, session, call.Arguments.GetRequiredValue(second), cancellationToken);
                ReportComparison comparison = ReportComparison.Of(a, b);
                if (call.Arguments.Given(html) is { } path)
                {
                    await WriteAsync(comparison, path, cancellationToken);
                }

                if (call.Arguments.Given(json))
                {
                    call.Results.Document(Document(comparison));
                }
                else
                {
                    Show(call.Results, comparison);
                }

                return ExitCode.Done;
            }
        );
    }

    private static async Task<ExperimentResult> ReviewAsync(
        VerbContext context,
        RunSession session,
        string reference,
        CancellationToken cancellationToken
    )
    {
        Run run = await session.Store.OpenAsync(reference, cancellationToken);
        return await session.Runner.ReviewAsync(
            run,
            context.Experiments.Create(run.Manifest.Experiment),
            write: false,
            cancellationToken: cancellationToken
        );
    }

    private static Task WriteAsync(ReportComparison comparison, string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            path,
            (stream, token) =>
                HtmlReport.WriteAsync(
                    [comparison.Before, comparison.After],
                    stream,
                    new ReportOptions
                    {
                        Title = "Comparison of two runs",
                        Comparison = comparison,
                        Folder = Path.GetDirectoryName(Path.GetFullPath(path)),
                    },
                    token
                ),
            cancellationToken
        );

    private static void Show(ResultWriter results, ReportComparison comparison)
    {
        results.Line($"A: {comparison.Before.Experiment.Id} run {comparison.Before.RunId}");
        results.Line($"B: {comparison.After.Experiment.Id} run {comparison.After.RunId}");
        results.Line();
        if (comparison.Options.Count == 0)
        {
            results.Line("Both were run in the same way.");
        }
        else
        {
            results.Table(TableOf(comparison.OptionTable()));
        }

        CommonCells cells = CommonCells.Of(comparison.Before, comparison.After);
        results.Line();
        results.Line(
            $"Cells in both: {cells.Both} ({cells.Differing} with other rows); only in A: {cells.OnlyA}; only in B: {cells.OnlyB}."
        );
        results.Line();
        results.Table(TableOf(comparison.ClaimRows()));
    }

    private static ResultTable TableOf(IReadOnlyList<string[]> lines)
    {
        ResultTable table = new(lines[0]);
        foreach (string[] line in lines.Skip(1))
        {
            table.Add([.. line.Select(ResultCell.FromString)]);
        }

        return table;
    }

    private static object Document(ReportComparison comparison) =>
        new
        {
            A = new { Experiment = comparison.Before.Experiment.Id, comparison.Before.RunId },
            B = new { Experiment = comparison.After.Experiment.Id, comparison.After.RunId },
            comparison.Options,
            Cells = CommonCells.Of(comparison.Before, comparison.After),
            Claims = comparison.Claims.Select(c => new
            {
                (c.After ?? c.Before)!.Claim.Id,
                c.Text,
                VerdictA = c.Before?.Verdict,
                VerdictB = c.After?.Verdict,
                A = c.Before?.Claim.Estimate,
                B = c.After?.Claim.Estimate,
                c.Change,
            }),
        };
}
