using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Options that take one of a few names.</summary>
internal static class Choice
{
    /// <summary>An option that takes the name of an enum's member, without regard to case.</summary>
    internal static Option<T> Option<T>(string name, string description, T byDefault)
        where T : struct, Enum
    {
        Option<T> option = Named<T>(name, description);
        option.DefaultValueFactory = _ => byDefault;
        return option;
    }

    /// <summary>The same without a default.</summary>
    internal static Option<T?> Optional<T>(string name, string description)
        where T : struct, Enum
    {
        string[] names = Names<T>();
        Option<T?> option = new(name) { Description = description, HelpName = string.Join('|', names) };
        option.CompletionSources.Add(names);
        option.CustomParser = result => TryParse(result.Tokens[^1].Value, out T value) ? value : Refuse<T?>(result, name, names);
        return option;
    }

    /// <summary>The option is taken by every verb below the command it is added to.</summary>
    internal static TOption Everywhere<TOption>(this TOption option)
        where TOption : Option
    {
        option.Recursive = true;
        return option;
    }

    private static Option<T> Named<T>(string name, string description)
        where T : struct, Enum
    {
        string[] names = Names<T>();
        Option<T> option = new(name) { Description = description, HelpName = string.Join('|', names) };
        option.CompletionSources.Add(names);
        option.CustomParser = result => TryParse(result.Tokens[^1].Value, out T value) ? value : Refuse<T>(result, name, names);
        return option;
    }

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];

    // Enum.TryParse takes numbers as well; a number is no name.
    private static bool TryParse<T>(string text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text.Length > 0 && char.IsAsciiLetter(text[0]) && !text.Contains(',', StringComparison.Ordinal)
            && Enum.TryParse(text, ignoreCase: true, out value);
    }

    private static T? Refuse<T>(System.CommandLine.Parsing.ArgumentResult result, string name, string[] names)
    {
        string text = result.Tokens[^1].Value;
        result.AddError($"{name} = {text}: allowed is {string.Join(", ", names)}. Nearest: {NearestNames.Of(text, names, 1)[0]}.");
        return default;
    }
}
