using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>report RUN...</c>: draws and judges stored rows anew, without measuring.</summary>
internal sealed class ReportVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string[]> references = RunReference.Many("Runs, experiments for their newest run, or patterns such as 'paper/*'");
        ChoiceOption<ReportFormat> format = new(
            "--format",
            "html writes a page, the others write the claims; parquet needs --to",
            ReportFormat.Html
        );
        Option<string?> to = new("--to") { Description = "Write to this file", HelpName = "file" };
        Option<bool> strict = new("--strict") { Description = "Fail if a journal was damaged or changed" };
        Option<string?> prefer = new("--prefer")
        {
            Description = "The writer whose rows count where two disagree about a cell",
            HelpName = "writer",
        };
        Option<string?> folder = RunsOption.Create();
        Command command = new("report", "Draw, judge and report stored runs anew, without measuring")
        {
            references,
            format,
            to,
            strict,
            prefer,
            folder,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                await using RunSession session = new(context, call, call.Arguments.Given(folder));
                List<ExperimentResult> results = [];
                foreach (string reference in call.Arguments.GetRequiredValue(references).Distinct())
                {
                    await foreach (Run run in RunSelection.FindAsync(session.Store, reference, cancellationToken))
                    {
                        Experiment experiment = context.Experiments.Create(run.Manifest.Experiment);
                        results.Add(
                            await session.Runner.ReviewAsync(
                                run,
                                experiment,
                                call.Arguments.Given(prefer),
                                cancellationToken: cancellationToken
                            )
                        );
                    }
                }

                IReadOnlyList<ExperimentResult> judged = ClaimFamily.JudgeTogether(results);
                Outcome.ShowDamages(call, judged);
                if (call.Arguments.Given(strict) && judged.SelectMany(r => r.Damages).FirstOrDefault() is { } damage)
                {
                    throw new ResearchKitException(
                        ErrorCodes.RunDamaged,
                        $"{damage.File}, byte {damage.Offset}{(damage.Key is { } key ? $", cell {key}" : "")}: {damage.What}.",
                        "Measure the damaged cells again with run --resume, or leave out --strict."
                    );
                }

                await ReportFiles.WriteAsync(
                    call,
                    session,
                    judged,
                    format.In(call.Arguments),
                    call.Arguments.Given(to),
                    context.Clock,
                    cancellationToken
                );
                return Outcome.ExitCodeOf(judged, new VerdictRules());
            },
            parsed =>
                format.In(parsed) == ReportFormat.Parquet && parsed.Given(to) is null
                    ? ["--format parquet is binary: name the file with --to FILE."]
                    : []
        );
    }
}
