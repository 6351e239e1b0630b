using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>Reads values although other arguments are wrong, so that all problems can be named at once.</summary>
internal static class ParsedArguments
{
    /// <summary>The value of an option; its type's default if it was written wrongly.</summary>
    internal static T? Given<T>(this ParseResult arguments, Option<T> option)
    {
        System.CommandLine.Parsing.OptionResult? result = arguments.GetResult(option);
        return result is not null && result.Errors.Any() ? default : arguments.GetValue(option);
    }

    /// <summary>The value of an argument; its type's default if it was written wrongly.</summary>
    internal static T? Given<T>(this ParseResult arguments, Argument<T> argument)
    {
        System.CommandLine.Parsing.ArgumentResult? result = arguments.GetResult(argument);
        return result is not null && result.Errors.Any() ? default : arguments.GetValue(argument);
    }

    /// <summary>Whether an option was written at all.</summary>
    internal static bool Has(this ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };
}
