using System.CommandLine;
using System.Globalization;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>reproduce [paper...]</c>: runs everything, judges all claims together, writes one report. This is what continuous integration calls.</summary>
internal sealed class ReproduceVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string[]> papers = ExperimentArguments.Many(context, ArgumentArity.ZeroOrMore, "paper");
        papers.Description = "Papers, ids or patterns; everything if none is named";
        ChoiceOption<Scale> scale = new("--scale", "How much is run", Scale.Quick);
        Option<int?> jobs = RunArguments.AtLeast("--jobs", 1, "How many cells at once [default: the number of processors]");
        Option<string?> folder = RunsOption.Create();
        Option<int?> verify = RunArguments.AtLeast(
            "--verify",
            0,
            "Finished cells of each experiment that are measured again and compared [default: 1]"
        );
        Option<TimeSpan?> budget = BudgetOption();
        Option<bool> requireAll = new("--require-all") { Description = "Fail if a claim is skipped because data or hardware are not here" };
        Option<bool> allowNotJudged = new("--allow-not-judged") { Description = "Do not fail if a claim could not be judged" };
        Option<bool> requireConfirmed = new("--require-confirmed")
        {
            Description = "Fail if the interval of a claim crosses the edge of its band",
        };
        Command command = new("reproduce", "Run everything, judge all claims, write one report")
        {
            papers,
            scale,
            jobs,
            folder,
            verify,
            budget,
            requireAll,
            allowNotJudged,
            requireConfirmed,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                IReadOnlyList<ExperimentInfo> infos = context.Match(Patterns(call.Arguments.Given(papers)));
                VerdictRules rules = new()
                {
                    RequireAll = call.Arguments.Given(requireAll),
                    AllowNotJudged = call.Arguments.Given(allowNotJudged),
                    RequireConfirmed = call.Arguments.Given(requireConfirmed),
                };
                await using RunSession session = new(context, call, call.Arguments.Given(folder));
                RunRequest[] requests =
                [
                    .. infos.Select(i => new RunRequest
                    {
                        Experiment = context.Experiments.Create(i.Id),
                        Scale = scale.In(call.Arguments),
                        Command = [context.Name, .. call.CommandLine],
                        Jobs = call.Arguments.Given(jobs),
                        Verify = call.Arguments.Given(verify) ?? 1,
                    }),
                ];
                if (call.Arguments.Given(budget) is { } time)
                {
                    requests = await Budget.ChooseAsync(session.Runner, requests, time, call.Note, cancellationToken);
                }

                return await new Reproduction(context, call, session, rules).RunAsync(requests, cancellationToken);
            },
            parsed =>
            {
                List<string> problems = [];
                context.Match(Patterns(parsed.Given(papers)).Where(p => !p.StartsWith('-')), problems);
                if (parsed.Has(budget) && parsed.Has(scale))
                {
                    problems.Add("--budget chooses the scale of each experiment: leave out --scale, or --budget.");
                }

                return problems;
            }
        );
    }

    private static string[] Patterns(string[]? papers) => papers is { Length: > 0 } ? papers : ["*"];

    private static Option<TimeSpan?> BudgetOption()
    {
        const string name = "--budget";
        Option<TimeSpan?> option = new(name)
        {
            Description = "Choose the largest scale of each experiment that fits into this time by estimates: 90s, 30m, 2h",
            HelpName = "time",
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Numbers.TryDuration(text, out TimeSpan time))
            {
                return time;
            }

            result.AddError(
                string.Create(CultureInfo.InvariantCulture, $"{name} = {text}: allowed is a time above zero, as 90s, 30m, 2h or hh:mm:ss.")
            );
            return null;
        };
        return option;
    }
}
