using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Arguments that name experiments.</summary>
internal static class ExperimentArguments
{
    private const string Allowed = "An id, a pattern such as 'paper/*', or a paper's name";

    /// <summary>One or more ids or patterns.</summary>
    internal static Argument<string[]> Many(VerbContext context, ArgumentArity arity, string name = "experiment") =>
        With(
            new Argument<string[]>(name)
            {
                Description = Allowed,
                HelpName = name,
                Arity = arity,
            },
            context
        );

    /// <summary>Exactly one id.</summary>
    internal static Argument<string> One(VerbContext context) =>
        With(new Argument<string>("id") { Description = "The id of an experiment", HelpName = "id" }, context);

    /// <summary>At most one id or pattern.</summary>
    internal static Argument<string?> Optional(VerbContext context) =>
        With(
            new Argument<string?>("glob")
            {
                Description = Allowed,
                HelpName = "experiment",
                Arity = ArgumentArity.ZeroOrOne,
            },
            context
        );

    /// <summary>The experiments that patterns name, in the order of their ids; unknown ones become problems.</summary>
    internal static IReadOnlyList<ExperimentInfo> Match(this VerbContext context, IEnumerable<string> patterns, List<string> problems)
    {
        Dictionary<string, ExperimentInfo> found = new(StringComparer.Ordinal);
        foreach (string pattern in patterns)
        {
            try
            {
                foreach (ExperimentInfo info in context.Experiments.Match(pattern))
                {
                    found[info.Id] = info;
                }
            }
            catch (UnknownExperimentException e)
            {
                problems.Add(e.Message);
            }
        }

        return [.. found.Values.OrderBy(i => i.Id, StringComparer.Ordinal)];
    }

    /// <summary>The experiments that patterns name.</summary>
    /// <exception cref="UsageException">A pattern fits none; all such patterns are named.</exception>
    internal static IReadOnlyList<ExperimentInfo> Match(this VerbContext context, IEnumerable<string> patterns)
    {
        List<string> problems = [];
        IReadOnlyList<ExperimentInfo> found = context.Match(patterns, problems);
        return problems.Count == 0 ? found : throw new UsageException(problems);
    }

    // The parser takes an unknown option before an argument as that argument: no id begins with a hyphen.
    private static Argument<T> With<T>(Argument<T> argument, VerbContext context)
    {
        argument.Validators.Add(result =>
        {
            foreach (string token in result.Tokens.Select(t => t.Value).Where(t => t.StartsWith('-')))
            {
                result.AddError(ParseProblems.StrayOption(token, (System.CommandLine.Parsing.CommandResult)result.Parent!)!);
            }
        });
        argument.CompletionSources.Add(_ => context.Experiments.All.Select(i => i.Id));
        return argument;
    }
}
