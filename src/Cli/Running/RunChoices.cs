using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The options of <c>run</c> that choose a run and its cells.</summary>
internal sealed class RunChoices
{
    internal Option<string?> Resume { get; } =
        new("--resume")
        {
            Description =
                "Go on with the newest run of the same options, or with the run named behind it; only what is missing is measured",
            HelpName = "run",
            Arity = ArgumentArity.ZeroOrOne,
        };

    internal Option<string?> Import { get; } =
        new("--import") { Description = "Take over cells with equal keys from this run of the same experiment", HelpName = "run" };

    internal Option<string?> Cell { get; } =
        new("--cell")
        {
            Description = "Measure one finished cell of the newest run (or of --resume RUN) again and compare: its key, or 6 digits of it",
            HelpName = "key",
        };

    internal Option<string[]> Only { get; } =
        new("--only")
        {
            Description = "Only cells with these values, as System=A,B; may be repeated. Claims that lack cells do not fail then",
            HelpName = "Name=value",
        };

    internal Option<int?> Verify { get; } =
        RunArguments.AtLeast("--verify", 0, "Measure so many finished cells again, drawn at random, and compare [default: 0]");

    internal Option<bool> FailFast { get; } = new("--fail-fast") { Description = "Stop at the first cell that fails" };

    internal Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show the plan and what is missing; measure nothing" };

    internal IEnumerable<Option> All => [Resume, Import, Cell, Only, Verify, FailFast, DryRun];

    /// <summary>The run named with <c>--resume</c>, or null.</summary>
    internal string? RunOf(ParseResult arguments) => arguments.Given(Resume);

    internal RunRequest Apply(RunRequest request, ParseResult arguments) =>
        request with
        {
            Resume = arguments.Has(Resume) ? RunOf(arguments) ?? RunRequest.Newest : null,
            Import = arguments.Given(Import),
            Only = arguments.Given(Only) ?? [],
            Verify = arguments.Given(Verify) ?? 0,
            FailFast = arguments.Given(FailFast),
        };

    internal IEnumerable<string> Problems(VerbContext context, ParseResult arguments, IReadOnlyList<ExperimentInfo> infos, RunArguments run)
    {
        if (infos.Count > 1)
        {
            foreach (Option option in (IEnumerable<Option>)[Cell, Import])
            {
                if (arguments.Has(option))
                {
                    yield return $"{option.Name} takes one experiment, not {infos.Count}: {string.Join(", ", infos.Select(i => i.Id))}.";
                }
            }

            if (RunOf(arguments) is { } named)
            {
                yield return $"--resume {named} takes one experiment, not {infos.Count}; --resume alone goes on with the newest run of each.";
            }
        }

        if (arguments.Given(Cell) is { } key && (key.Length is < 6 or > 32 || !key.All(char.IsAsciiHexDigit)))
        {
            yield return $"--cell = {key}: allowed is the key of a cell, or at least its first 6 hexadecimal digits.";
        }

        foreach (string problem in OnlyProblems(context, arguments, infos, run))
        {
            yield return problem;
        }
    }

    private IEnumerable<string> OnlyProblems(
        VerbContext context,
        ParseResult arguments,
        IReadOnlyList<ExperimentInfo> infos,
        RunArguments run
    )
    {
        if (arguments.Given(Only) is not { Length: > 0 } conditions)
        {
            return [];
        }

        return infos.SelectMany(info =>
        {
            Experiment experiment = context.Experiments.Create(info.Id);
            object? cell = experiment.Cells(experiment.OptionsFor(run.Scale.In(arguments))).FirstOrDefault();
            return cell is null
                ? []
                : RunArguments.ProblemsOf(() => CellFilter.Parse(cell.GetType(), conditions)).Select(p => $"--only, {info.Id}: {p}");
        });
    }
}
