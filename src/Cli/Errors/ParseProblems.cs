using System.CommandLine;
using System.CommandLine.Parsing;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What the parser found wrong, with the names that may have been meant.</summary>
internal static class ParseProblems
{
    internal static IEnumerable<string> Of(ParseResult parsed)
    {
        HashSet<string> unmatched = [.. parsed.UnmatchedTokens];
        foreach (string token in parsed.UnmatchedTokens)
        {
            yield return Unknown(token, parsed.CommandResult);
        }

        foreach (ParseError error in parsed.Errors)
        {
            bool isUnmatched =
                unmatched.Any(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal))
                && error.SymbolResult is CommandResult or null;
            bool isMissingVerb = unmatched.Count > 0 && error.SymbolResult is CommandResult { Command.Subcommands.Count: > 0 };
            if (!isUnmatched && !isMissingVerb)
            {
                yield return error.Message;
            }
        }
    }

    /// <summary>Why a word that begins with a hyphen is no id, or null if it may be one.</summary>
    internal static string? StrayOption(string token, CommandResult command) => token.StartsWith('-') ? Unknown(token, command) : null;

    /// <summary>The words that name a command, from the executable on.</summary>
    internal static IEnumerable<string> PathOf(CommandResult command, string executable)
    {
        Stack<string> path = [];
        for (SymbolResult? result = command; result is CommandResult { Command: not RootCommand } below; result = result.Parent)
        {
            path.Push(below.Command.Name);
        }

        return path.Prepend(executable);
    }

    private static string Unknown(string token, CommandResult command)
    {
        List<string> names = [];
        bool isOption = token.StartsWith('-');
        for (SymbolResult? result = command; result is CommandResult level; result = result.Parent)
        {
            bool own = ReferenceEquals(level, command);
            names.AddRange(level.Command.Options.Where(o => isOption && !o.Hidden && (own || o.Recursive)).Select(o => o.Name));
            names.AddRange(level.Command.Subcommands.Where(c => !isOption && own && !c.Hidden).Select(c => c.Name));
        }

        string what = command.Command is RootCommand ? "the command" : $"'{command.Command.Name}'";
        string nearest = names.Count == 0 ? "" : $" Nearest: {string.Join(", ", NearestNames.Of(token, names.Distinct()))}.";
        return isOption ? $"'{token}' is not an option of {what}.{nearest}"
            : command.Command.Subcommands.Count > 0 ? $"'{token}' is not a verb of {what}.{nearest}"
            : $"{what} takes no argument '{token}'.";
    }
}
