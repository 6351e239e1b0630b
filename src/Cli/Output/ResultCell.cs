using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>A cell of a table of results.</summary>
/// <param name="Text">The text, as data.</param>
/// <param name="Tone">How it looks where there are colours.</param>
public readonly record struct ResultCell(string Text, Tone Tone = Tone.Plain)
{
    internal Style Style =>
        Tone switch
        {
            Tone.Good => new Style(Color.Green),
            Tone.Warning => new Style(Color.Yellow),
            Tone.Bad => new Style(Color.Red, decoration: Decoration.Bold),
            Tone.Faint => new Style(decoration: Decoration.Dim),
            _ => Style.Plain,
        };

    /// <summary>Plain text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator ResultCell(string text) => new(text);

    /// <summary>Plain text.</summary>
    /// <param name="text">The text.</param>
    public static ResultCell FromString(string text) => new(text);
}

/// <summary>How a text looks where there are colours. No meaning rests on it alone.</summary>
public enum Tone
{
    /// <summary>As any text.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Wrong.</summary>
    Bad,

    /// <summary>In the background.</summary>
    Faint,
}
