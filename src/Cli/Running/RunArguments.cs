using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The options of verbs that measure.</summary>
internal sealed class RunArguments
{
    private readonly VerbContext context;

    internal RunArguments(VerbContext context)
    {
        this.context = context;
        string[] names = [.. context.Extensions.Launchers.Keys];
        Launcher = new("--launcher") { Description = "Where cells run [default: local]", HelpName = string.Join('|', names) };
        Launcher.CompletionSources.Add(names);
        Launcher.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } name }] && !context.Extensions.Launchers.ContainsKey(name))
            {
                result.AddError(
                    $"--launcher = {name}: there is {string.Join(", ", names)}. Nearest: {NearestNames.Of(name, names, 1)[0]}."
                );
            }
        });
    }

    internal ChoiceOption<Scale> Scale { get; } = new("--scale", "How much is run", Experiments.Scale.Quick);

    internal Option<string[]> Set { get; } =
        new("--set")
        {
            Description = "Set an option: Name=value, Nested.Name=value, or @file.json; may be repeated",
            HelpName = "Name=value",
        };

    internal Option<string?> Seeds { get; } = new("--seeds") { Description = "The seeds: 1..5 or 1,2,7", HelpName = "seeds" };

    internal Option<int?> Jobs { get; } = AtLeast("--jobs", 1, "How many cells at once [default: the number of processors]");

    internal Option<string?> Launcher { get; }

    internal Option<string?> Out { get; } = RunsOption.Create();

    internal ChoiceOption<Durability> Durability { get; } =
        new(
            "--durability",
            "What a finished cell survives: process (its death), committed (a power loss, but for a second), cell (fully)",
            Experiments.Durability.Committed
        );

    internal Option<int?> Retries { get; } = AtLeast("--retries", 0, "Try a cell again after a failure that may pass [default: 0]");

    /// <summary>An option that takes a whole number.</summary>
    internal static Option<int?> AtLeast(string name, int least, string description)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "n" };
        option.CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int value) && value >= least)
            {
                return value;
            }

            result.AddError($"{name} = {text}: allowed is a whole number from {least} on.");
            return null;
        };
        return option;
    }

    /// <summary>The request for an experiment; options are bound, and so are null where none was set.</summary>
    internal RunRequest Request(Call call, ExperimentInfo info)
    {
        Experiment experiment = context.Experiments.Create(info.Id);
        return new RunRequest
        {
            Experiment = experiment,
            Scale = Scale.In(call.Arguments),
            Options = HasOptions(call.Arguments) ? Bind(experiment, call.Arguments) : null,
            Command = [context.Name, .. call.CommandLine],
            Jobs = call.Arguments.Given(Jobs),
            Retries = call.Arguments.Given(Retries) ?? 0,
            Durability = Durability.In(call.Arguments),
        };
    }

    /// <summary>Whether options of experiments were set.</summary>
    internal bool HasOptions(ParseResult arguments) => arguments.Has(Set) || arguments.Has(Seeds);

    /// <summary>The options of an experiment.</summary>
    /// <exception cref="InvalidOptionsException">They are wrong.</exception>
    internal ExperimentOptions Bind(Experiment experiment, ParseResult arguments)
    {
        List<string> assignments = [.. arguments.Given(Set) ?? []];
        if (arguments.Given(Seeds) is { } seeds)
        {
            assignments.Add($"{nameof(ExperimentOptions.Seeds)}={seeds}");
        }

        return OptionsBinder.Bind(experiment.OptionsFor(Scale.In(arguments)), assignments);
    }

    /// <summary>All that is wrong with the options of experiments.</summary>
    internal IEnumerable<string> Problems(ParseResult arguments, IReadOnlyList<ExperimentInfo> infos)
    {
        Dictionary<string, List<string>> byProblem = [];
        foreach (ExperimentInfo info in infos)
        {
            foreach (string problem in ProblemsOf(() => Bind(context.Experiments.Create(info.Id), arguments)))
            {
                if (!byProblem.TryGetValue(problem, out List<string>? ids))
                {
                    byProblem.Add(problem, ids = []);
                }

                ids.Add(info.Id);
            }
        }

        return byProblem.Select(p => $"{string.Join(", ", p.Value)}: {p.Key}");
    }

    internal static IReadOnlyList<string> ProblemsOf(Action bind)
    {
        try
        {
            bind();
            return [];
        }
        catch (InvalidOptionsException e)
        {
            return e.Problems;
        }
    }
}
