using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>A verb of the command line: <c>researchkit NAME ...</c>.</summary>
public interface IVerb
{
    /// <summary>Builds the command. It is called once a start, before the arguments are parsed: it defines options and touches nothing else.</summary>
    /// <param name="context">What the application offers to its verbs.</param>
    Command Build(VerbContext context);
}
