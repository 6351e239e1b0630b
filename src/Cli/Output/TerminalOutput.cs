using System.Text;
using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>A writer of ours as the output of a Spectre console.</summary>
internal sealed class TerminalOutput(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int Width => width;

    public int Height => 24;

    public void SetEncoding(Encoding encoding) { }

    /// <summary>A console on a writer: escape codes only for a terminal, colours only where they are wanted.</summary>
    internal static IAnsiConsole Console(TextWriter writer, bool isTerminal, int width, bool colour)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = isTerminal && colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
                Out = new TerminalOutput(writer, isTerminal, width),
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            }
        );
        console.Profile.Capabilities.Unicode = isTerminal;
        return console;
    }
}
