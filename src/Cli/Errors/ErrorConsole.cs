using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>The error stream: messages, warnings, progress. Lines are whole and may be written from any thread.</summary>
internal sealed class ErrorConsole
{
    private readonly Lazy<IAnsiConsole> console;

    internal ErrorConsole(ITerminal terminal, bool plain, bool colour, Verbosity verbosity)
    {
        Verbosity = verbosity;
        IsLive = terminal.ErrorIsTerminal && !plain;
        bool live = IsLive;
        console = new(() => TerminalOutput.Console(terminal.Error, live, terminal.Width ?? 80, colour));
        Writer = terminal.Error;
    }

    internal Verbosity Verbosity { get; }

    /// <summary>Whether progress may redraw itself.</summary>
    internal bool IsLive { get; }

    internal TextWriter Writer { get; }

    internal IAnsiConsole Console => console.Value;

    /// <summary>Writes a line, above the live display if there is one.</summary>
    internal void Line(string text, Tone tone = Tone.Plain)
    {
        if (IsLive)
        {
            // One call: between two, another thread's line could come in.
            console.Value.Write(new Text(text + "\n", new ResultCell("", tone).Style));
        }
        else
        {
            Writer.WriteLine(text);
        }
    }

    /// <summary>A line that is left out when only errors are wanted.</summary>
    internal void Note(string text, Tone tone = Tone.Plain)
    {
        if (Verbosity > Verbosity.Quiet)
        {
            Line(text, tone);
        }
    }
}
