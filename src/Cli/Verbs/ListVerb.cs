using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>list</c>: the experiments, without loading a native library.</summary>
internal sealed class ListVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string?> glob = ExperimentArguments.Optional(context);
        Option<bool> json = JsonOption.Create();
        Command command = new("list", "List the experiments: paper, what they show, cells at each scale, whether they can run here")
        {
            glob,
            json,
        };
        return context.Handle(
            command,
            (call, _) =>
            {
                ApplicationResources resources = new(context.Catalog(), context.Name);
                Entry[] entries =
                [
                    .. Matching(context, call.Arguments.Given(glob)).Select(i => Entry.Of(context.Experiments.Create(i.Id), resources)),
                ];
                Show(call.Results, entries, call.Arguments.Given(json));
                return Task.FromResult(ExitCode.Done);
            }
        );
    }

    private static IReadOnlyList<ExperimentInfo> Matching(VerbContext context, string? glob) =>
        glob is null ? context.Experiments.All : context.Match([glob]);

    private static void Show(ResultWriter results, Entry[] entries, bool json)
    {
        if (json)
        {
            results.Document(entries);
            return;
        }

        if (entries.Length == 0)
        {
            results.Line("No experiment is registered.");
            return;
        }

        ResultTable table = new("experiment", "paper", "shows", "quick", "full", "paper scale", "runs here");
        foreach (Entry e in entries)
        {
            ResultCell here = e.Missing.Count == 0 ? new("yes", Tone.Good) : new($"needs {string.Join(", ", e.Missing)}", Tone.Warning);
            table.Add(e.Id, e.Paper, e.Shows, $"{e.Quick}", $"{e.Full}", $"{e.PaperScale}", here);
        }

        results.Table(table);
        results.Line("Cells at each scale, with the time for all of them where it is known. Details: describe ID.");
    }

    private sealed record Entry(
        string Id,
        string Paper,
        string Shows,
        int Version,
        ScaleEstimate Quick,
        ScaleEstimate Full,
        ScaleEstimate PaperScale,
        IReadOnlyList<string> Missing
    )
    {
        internal static Entry Of(Experiment experiment, ApplicationResources resources)
        {
            ExperimentInfo info = experiment.Info;
            // Whether CUDA is here only torch can tell, and listing loads no torch: the need is shown.
            return new Entry(
                info.Id,
                info.Paper,
                info.Shows,
                info.Version,
                ScaleEstimate.Of(experiment, Scale.Quick),
                ScaleEstimate.Of(experiment, Scale.Full),
                ScaleEstimate.Of(experiment, Scale.Paper),
                [.. ExperimentNeeds.Of(experiment, Scale.Quick).Where(n => n == "cuda" || resources.WhyMissing(n) is not null)]
            );
        }
    }
}
