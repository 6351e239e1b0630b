using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>The options that every verb has.</summary>
internal sealed class GlobalOptions
{
    public ChoiceOption<Verbosity> Verbosity { get; } =
        new("--verbosity", "How much is said on the error stream", Cli.Verbosity.Normal) { Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours (also by NO_COLOR)", Recursive = true };

    public Option<bool> Plain { get; } =
        new("--plain") { Description = "No live output; the default when not on a terminal", Recursive = true };

    public Option<FileInfo?> LogFile { get; } =
        new("--log-file")
        {
            Description = "Write the whole log to this file as well",
            HelpName = "path",
            Recursive = true,
        };

    public Option<string?> Device { get; } = DeviceOption();

    public IEnumerable<Option> All => [Verbosity, NoColor, Plain, LogFile, Device];

    private static Option<string?> DeviceOption()
    {
        Option<string?> device = new("--device")
        {
            Description = "Where tensors live: cpu, cuda, cuda:N, or auto (cuda where it is) [default: cpu]",
            HelpName = "cpu|cuda[:N]|auto",
            Recursive = true,
        };
        device.CompletionSources.Add("cpu", "cuda", "auto");
        device.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && !IsDevice(text))
            {
                result.AddError($"--device = {text}: allowed is cpu, cuda, cuda:N (N from 0) or auto.");
            }
        });
        return device;
    }

    private static bool IsDevice(string text) =>
        text is "cpu" or "cuda" or "auto" || (text.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(text.AsSpan(5), out _));
}
