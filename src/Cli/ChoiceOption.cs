using System.CommandLine;
using System.CommandLine.Parsing;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>An option that takes the name of an enum's member, without regard to case.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class ChoiceOption<T> : Option<T?>
    where T : struct, Enum
{
    private readonly T byDefault;

    internal ChoiceOption(string name, string description, T byDefault)
        : base(name)
    {
        this.byDefault = byDefault;
        string[] names = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        Description = $"{description} [default: {byDefault.ToString().ToLowerInvariant()}]";
        HelpName = string.Join('|', names);
        CompletionSources.Add(names);
        CustomParser = result => Parse(result, names);
    }

    /// <summary>The value given, else the default.</summary>
    internal T In(ParseResult arguments) => arguments.Given(this) ?? byDefault;

    // Enum.TryParse takes numbers and lists as well; neither is a name.
    private T? Parse(ArgumentResult result, string[] names)
    {
        string text = result.Tokens[^1].Value;
        if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        result.AddError($"{Name} = {text}: allowed is {string.Join(", ", names)}. Nearest: {NearestNames.Of(text, names, 1)[0]}.");
        return null;
    }
}
