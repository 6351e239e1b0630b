using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>claims</c>: every claim with the paper's number and the accepted band, without running anything.</summary>
internal sealed class ClaimsVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string?> glob = ExperimentArguments.Optional(context);
        Option<bool> json = JsonOption.Create();
        Command command = new("claims", "List the claims: the paper's number, the accepted band and why") { glob, json };
        return context.Handle(
            command,
            (call, _) =>
            {
                IReadOnlyList<ExperimentInfo> infos = context.Match([call.Arguments.Given(glob) ?? "*"]);
                (ExperimentInfo, Claim)[] claims =
                [
                    .. infos.SelectMany(i => context.Experiments.Create(i.Id).Claims().Select(c => (i, c))),
                ];
                if (call.Arguments.Given(json))
                {
                    call.Results.Document(claims.Select(c => ClaimsTable.Statement(c.Item1, c.Item2)));
                }
                else
                {
                    call.Results.Table(ClaimsTable.Statements(claims, withExperiment: true));
                }

                return Task.FromResult(ExitCode.Done);
            }
        );
    }
}
