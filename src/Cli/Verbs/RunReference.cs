using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>Arguments that name runs.</summary>
internal static class RunReference
{
    /// <summary>At most one run.</summary>
    internal static Argument<string?> Optional(string description) =>
        With(
            new Argument<string?>("run")
            {
                Description = description,
                HelpName = "run",
                Arity = ArgumentArity.ZeroOrOne,
            }
        );

    /// <summary>Exactly one run.</summary>
    internal static Argument<string> One(string name, string description) =>
        With(new Argument<string>(name) { Description = description, HelpName = name });

    /// <summary>Several runs.</summary>
    internal static Argument<string[]> Many(string description) =>
        With(
            new Argument<string[]>("run")
            {
                Description = description,
                HelpName = "run",
                Arity = ArgumentArity.OneOrMore,
            }
        );

    private static Argument<T> With<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (string token in result.Tokens.Select(t => t.Value).Where(t => t.StartsWith('-')))
            {
                result.AddError(ParseProblems.StrayOption(token, (System.CommandLine.Parsing.CommandResult)result.Parent!)!);
            }
        });
        return argument;
    }
}
