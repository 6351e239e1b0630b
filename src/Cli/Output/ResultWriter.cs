using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>The results of a verb, on the output stream.</summary>
public sealed class ResultWriter
{
    private const int WidthOfPipes = 160;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly TextWriter writer;
    private readonly Lazy<IAnsiConsole> console;
    private readonly bool decorated;

    internal ResultWriter(ITerminal terminal, bool plain, bool colour)
    {
        writer = terminal.Out;
        decorated = terminal.OutIsTerminal && !plain;
        int width = terminal.Width ?? (terminal.OutIsTerminal ? 80 : WidthOfPipes);
        bool isTerminal = decorated;
        console = new(() => TerminalOutput.Console(writer, isTerminal, width, colour));
    }

    /// <summary>The stream itself, for verbs that write a format of their own.</summary>
    public TextWriter Stream => writer;

    /// <summary>Writes a line as it is, however long.</summary>
    /// <param name="text">The line.</param>
    public void Line(string text = "") => writer.WriteLine(text);

    /// <summary>Writes a line in a tone.</summary>
    /// <param name="cell">The line.</param>
    public void Line(ResultCell cell)
    {
        if (decorated)
        {
            console.Value.Write(new Text(cell.Text + "\n", cell.Style));
        }
        else
        {
            Line(cell.Text);
        }
    }

    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    public void Table(ResultTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        table.WriteTo(console.Value);
    }

    /// <summary>Writes what a command found, whose exit code stands already: a reader that has gone (<c>| head</c>) does not change it.</summary>
    /// <param name="write">Writes it.</param>
    public void Present(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write();
            writer.Flush();
        }
        catch (OutputClosedException)
        {
            // Everything is in the folder of the run as well.
        }
    }

    /// <summary>Writes a value as one JSON document: names in camel case, enums by name, NaN as <c>"NaN"</c>.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    public void Document<T>(T value) => writer.WriteLine(JsonSerializer.Serialize(value, Json));
}
