namespace ResearchKit.Experiments;

/// <summary>The colours of a figure that are not those of its systems. Colours are written <c>#RRGGBB</c>.</summary>
public sealed record FigureTheme
{
    private FigureTheme() { }

    /// <summary>Dark ink on white.</summary>
    public static FigureTheme Light { get; } =
        new()
        {
            Name = "light",
            Ink = "#1F2328",
            MutedInk = "#59636E",
            Grid = "#E1E4E8",
            Background = "#FFFFFF",
        };

    /// <summary>Light ink on nothing, for a dark page; black and blue series are lightened so that they stay visible.</summary>
    public static FigureTheme Dark { get; } =
        new()
        {
            Name = "dark",
            Ink = "#E6EDF3",
            MutedInk = "#A3ADB8",
            Grid = "#3A424C",
            Background = null,
        };

    /// <summary>The name, as in file names and style sheets.</summary>
    public required string Name { get; init; }

    /// <summary>Text and axes.</summary>
    public required string Ink { get; init; }

    /// <summary>Notes and the badge.</summary>
    public required string MutedInk { get; init; }

    /// <summary>The grid of the value axis.</summary>
    public required string Grid { get; init; }

    /// <summary>The background, or null for a transparent one.</summary>
    public required string? Background { get; init; }
}
