using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary><c>cite</c>: BibTeX of the papers whose experiments the application has.</summary>
internal sealed class CiteVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string?> glob = ExperimentArguments.Optional(context);
        Command command = new("cite", "Print BibTeX of the experiments' papers") { glob };
        return context.Handle(
            command,
            (call, _) =>
            {
                string[] papers =
                [
                    .. context.Match([call.Arguments.Given(glob) ?? "*"]).Select(i => i.Paper).Distinct().Order(StringComparer.Ordinal),
                ];
                call.Results.Present(() =>
                {
                    foreach (string paper in papers)
                    {
                        call.Results.Stream.WriteLine(
                            context.Extensions.References.TryGetValue(paper, out string? entry) ? entry.Trim() : $"% {paper}: no entry"
                        );
                    }
                });
                return Task.FromResult(ExitCode.Done);
            }
        );
    }
}
