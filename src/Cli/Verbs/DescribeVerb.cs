using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>describe ID</c>: options, cells, claims, data of one experiment, without running it.</summary>
internal sealed class DescribeVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string> id = ExperimentArguments.One(context);
        Option<bool> json = JsonOption.Create();
        Command command = new("describe", "Show the options, cells, claims and data of an experiment") { id, json };
        return context.Handle(
            command,
            (call, _) =>
            {
                Experiment experiment = context.Experiments.Create(call.Arguments.GetRequiredValue(id));
                if (call.Arguments.Given(json))
                {
                    call.Results.Document(Document(experiment));
                }
                else
                {
                    Show(call.Results, experiment);
                }

                return Task.FromResult(ExitCode.Done);
            }
        );
    }

    private static void Show(ResultWriter results, Experiment experiment)
    {
        ExperimentInfo info = experiment.Info;
        results.Line($"{info.Id} (version {info.Version}, {info.Paper})");
        results.Line(info.Shows);
        results.Line();
        ResultTable options = new("option", "type", "quick", "full", "paper scale", "allowed", "meaning");
        foreach (OptionInfo o in OptionsBinder.Describe(experiment))
        {
            string At(Scale scale) => o.Defaults.GetValueOrDefault(scale) ?? "";
            string quick = At(Scale.Quick);
            options.Add(o.Name, o.Type, quick, SameAs(At(Scale.Full), quick), SameAs(At(Scale.Paper), quick), o.Range ?? "", Meaning(o));
        }

        results.Table(options);
        results.Line();
        foreach (Scale scale in Enum.GetValues<Scale>())
        {
            results.Line($"cells at scale {Name(scale)}: {ScaleEstimate.Of(experiment, scale)}");
        }

        IReadOnlyList<string> needs = ExperimentNeeds.OfAll(experiment);
        results.Line($"needs: {(needs.Count == 0 ? "nothing that is not built in" : string.Join(", ", needs))}");
        results.Line();
        results.Table(ClaimsTable.Statements(experiment.Claims().Select(c => (info, c)), withExperiment: false));
    }

    private static object Document(Experiment experiment) =>
        new
        {
            experiment.Info.Id,
            experiment.Info.Paper,
            experiment.Info.Shows,
            experiment.Info.Version,
            Options = OptionsBinder.Describe(experiment),
            Cells = Enum.GetValues<Scale>().ToDictionary(Name, s => ScaleEstimate.Of(experiment, s)),
            Needs = ExperimentNeeds.OfAll(experiment),
            Claims = experiment.Claims().Select(c => ClaimsTable.Statement(experiment.Info, c)),
        };

    private static string SameAs(string value, string quick) => value == quick ? "same" : value;

    private static string Meaning(OptionInfo option) =>
        option.PlanOnly ? $"{option.Meaning} (shapes the grid only)".TrimStart() : option.Meaning ?? "";

    internal static string Name(Scale scale) =>
        scale switch
        {
            Scale.Quick => "quick",
            Scale.Full => "full",
            _ => "paper",
        };
}
