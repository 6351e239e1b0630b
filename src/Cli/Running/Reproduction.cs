using System.Globalization;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Runs several experiments, judges their claims as one family, and reports on all of them.</summary>
/// <param name="context">The application.</param>
/// <param name="call">The call.</param>
/// <param name="session">Store and runner.</param>
/// <param name="rules">Which verdicts make it fail.</param>
internal sealed class Reproduction(VerbContext context, Call call, RunSession session, VerdictRules rules)
{
    internal async Task<int> RunAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        long started = context.Clock.GetTimestamp();
        string stamp = string.Create(CultureInfo.InvariantCulture, $"{context.Clock.GetUtcNow():yyyyMMdd-HHmmss}");
        List<ExperimentResult> results = [];
        List<string> broken = [];
        foreach (RunRequest request in requests)
        {
            try
            {
                results.Add(await session.Runner.RunAsync(request, cancellationToken));
            }
            catch (ResearchKitException e) when (IsOfTheExperiment(e))
            {
                // One experiment that is wrong in itself does not cost the results of the others.
                broken.Add($"{request.Experiment.Info.Id}: error {e.Code}: {e.Message} {e.Remedy}");
                call.Errors.Line(broken[^1], Tone.Bad);
            }
        }

        await session.DisposeAsync();
        IReadOnlyList<ExperimentResult> judged = ClaimFamily.JudgeTogether(results);
        string report = await WriteReportAsync(judged, stamp, cancellationToken);
        int code = broken.Count > 0 ? ExitCode.Failed : Outcome.ExitCodeOf(judged, rules);
        Outcome.ShowDamages(call, judged);
        call.Results.Present(() =>
        {
            Outcome.Show(call.Results, judged, session);
            ClaimsTable.Show(call.Results, [.. judged.SelectMany(r => r.Claims)], context.Name);
            foreach (string problem in broken)
            {
                call.Results.Line(new ResultCell(problem, Tone.Bad));
            }

            call.Results.Line(
                $"{judged.Count} experiment{(judged.Count == 1 ? "" : "s")} in {Numbers.Duration(context.Clock.GetElapsedTime(started))}."
            );
            call.Results.Line(report);
        });
        return code;
    }

    private async Task<string> WriteReportAsync(IReadOnlyList<ExperimentResult> results, string stamp, CancellationToken cancellationToken)
    {
        string path = Path.Combine(session.Store.Root, $"reproduce-{stamp}.html");
        for (int copy = 2; File.Exists(path); copy++)
        {
            path = Path.Combine(session.Store.Root, string.Create(CultureInfo.InvariantCulture, $"reproduce-{stamp}-{copy}.html"));
        }

        await ReportFiles.WriteHtmlAsync(results, path, cancellationToken);
        return path;
    }

    private static bool IsOfTheExperiment(ResearchKitException e) =>
        e.Code is ErrorCodes.PlanInvalid or ErrorCodes.ClaimCannotFail or ErrorCodes.CellNotDeterministic;
}
