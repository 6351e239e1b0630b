using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>run ID-or-glob...</c>: measures what is missing, then draws, judges and reports.</summary>
internal sealed class RunVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string[]> experiments = ExperimentArguments.Many(context, ArgumentArity.OneOrMore);
        RunArguments arguments = new(context);
        RunChoices choices = new();
        Command command = new("run", "Run experiments: measure what is missing, then draw, judge and report") { experiments };
        foreach (
            Option option in (IEnumerable<Option>)
                [
                    arguments.Scale,
                    arguments.Set,
                    arguments.Seeds,
                    arguments.Jobs,
                    arguments.Launcher,
                    .. choices.All,
                    arguments.Retries,
                    arguments.Durability,
                    arguments.Out,
                ]
        )
        {
            command.Options.Add(option);
        }

        return context.Handle(
            command,
            (call, cancellationToken) =>
                RunAsync(context, call, context.Match(call.Arguments.GetRequiredValue(experiments)), arguments, choices, cancellationToken),
            parsed => Problems(context, parsed, experiments, arguments, choices)
        );
    }

    private static List<string> Problems(
        VerbContext context,
        ParseResult parsed,
        Argument<string[]> experiments,
        RunArguments arguments,
        RunChoices choices
    )
    {
        List<string> problems = [];
        IReadOnlyList<ExperimentInfo> infos = context.Match((parsed.Given(experiments) ?? []).Where(p => !p.StartsWith('-')), problems);
        problems.AddRange(arguments.Problems(parsed, infos));
        problems.AddRange(choices.Problems(context, parsed, infos, arguments));
        return problems;
    }

    private static async Task<int> RunAsync(
        VerbContext context,
        Call call,
        IReadOnlyList<ExperimentInfo> infos,
        RunArguments arguments,
        RunChoices choices,
        CancellationToken cancellationToken
    )
    {
        await using RunSession session = new(
            context,
            call,
            call.Arguments.Given(arguments.Out),
            call.Arguments.Given(arguments.Launcher) ?? "local"
        );
        if (call.Arguments.Given(choices.Cell) is { } key)
        {
            return await CellRepetition.RunAsync(context, call, session, infos[0], key, choices.RunOf(call.Arguments), cancellationToken);
        }

        if (call.Arguments.Given(choices.DryRun))
        {
            return await DryRun.ShowAsync(
                call,
                session,
                infos.Select(i => choices.Apply(arguments.Request(call, i), call.Arguments)),
                cancellationToken
            );
        }

        List<ExperimentResult> results = [];
        foreach (ExperimentInfo info in infos)
        {
            results.Add(await session.Runner.RunAsync(choices.Apply(arguments.Request(call, info), call.Arguments), cancellationToken));
        }

        await session.DisposeAsync();
        bool partial = call.Arguments.Has(choices.Only);
        int code = Outcome.ExitCodeOf(results, new VerdictRules { AllowNotJudged = partial });
        Outcome.ShowDamages(call, results);
        call.Results.Present(() =>
        {
            Outcome.Show(call.Results, results, session);
            ClaimsTable.Show(call.Results, [.. results.SelectMany(r => r.Claims)], context.Name);
            foreach (ExperimentResult result in results)
            {
                call.Results.Line($"{result.Experiment.Id}: {result.Folder}");
            }
        });
        return code;
    }
}
