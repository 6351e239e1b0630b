using System.CommandLine;
using ResearchKit.Cli;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>federated</c>: federated learning on one's own data or models.</summary>
public sealed class FederatedVerb : IVerb
{
    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("federated", "Learn from clients' data or models without moving the data")
        {
            new FensCommand().Build(context),
            new NodeCommand().Build(context),
            new RunCommand().Build(context),
        };
    }
}
