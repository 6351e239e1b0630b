using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>compare A B</c>: two runs of one experiment, options that differ first, then claims side by side.</summary>
internal sealed class CompareVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string> first = RunReference.One("a", "A run");
        Argument<string> second = RunReference.One("b", "The run it is compared with");
        Option<bool> json = JsonOption.Create();
        Option<string?> folder = RunsOption.Create();
        Command command = new("compare", "Compare two runs: options that differ, cells, claims side by side") { first, second, json, folder };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                await using RunSession session = new(context, call, call.Arguments.Given(folder), draws: false);
                ExperimentResult a = await ReviewAsync(context, session, call.Arguments.GetRequiredValue(first), cancellationToken);
                ExperimentResult b = await ReviewAsync(context, session, call.Arguments.GetRequiredValue(second), cancellationToken);
                RunComparison comparison = RunComparison.Of(a, b);
                if (call.Arguments.Given(json))
                {
                    call.Results.Document(comparison);
                }
                else
                {
                    Show(call.Results, comparison);
                }

                return ExitCode.Done;
            }
        );
    }

    private static async Task<ExperimentResult> ReviewAsync(VerbContext context, RunSession session, string reference, CancellationToken cancellationToken)
    {
        Run run = await session.Store.OpenAsync(reference, cancellationToken);
        return await session.Runner.ReviewAsync(run, context.Experiments.Create(run.Manifest.Experiment), write: false, cancellationToken: cancellationToken);
    }

    private static void Show(ResultWriter results, RunComparison comparison)
    {
        results.Line($"A: {comparison.A}");
        results.Line($"B: {comparison.B}");
        results.Line();
        if (comparison.Settings.Count == 0)
        {
            results.Line("Options, scale, version, commit and machine are the same.");
        }
        else
        {
            ResultTable settings = new("differs", "A", "B");
            foreach (SettingDifference s in comparison.Settings)
            {
                settings.Add(s.Name, s.A, s.B);
            }

            results.Table(settings);
        }

        results.Line();
        results.Line($"Cells in both: {comparison.CommonCells}; only in A: {comparison.OnlyA}; only in B: {comparison.OnlyB}; rows differ in {comparison.DifferingCells}.");
        results.Line();
        ResultTable claims = new("claim", "verdict A", "verdict B", "A", "B", "change");
        foreach (ClaimChange c in comparison.Claims)
        {
            claims.Add(c.Claim, Verdict(c.VerdictA), Verdict(c.VerdictB), c.A, c.B, c.Change);
        }

        results.Table(claims);
    }

    private static ResultCell Verdict(Verdict? verdict) => verdict is { } v ? ClaimsTable.Cell(v) : "";
}
