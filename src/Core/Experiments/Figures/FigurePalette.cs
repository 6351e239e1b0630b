namespace ResearchKit.Experiments;

/// <summary>
/// Gives each system its colour (Okabe and Ito's, told apart also by colour-blind readers), dash and marker (told apart in grey). Made from all figures of a paper,
/// it gives the same system the same look in all of them.
/// </summary>
public sealed class FigurePalette
{
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
    private static readonly string[] ColoursOnDark = ["#3B9CDB", "#E9752B", "#1FBF92", "#DB92BC", "#F0B42F", "#7CC8F2", "#F2F2F2"];
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);

    private FigurePalette() { }

    /// <summary>The palette of these figures: systems take their looks in the order in which they first appear.</summary>
    /// <param name="figures">The figures of a paper, in order.</param>
    public static FigurePalette Of(params IEnumerable<Figure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        FigurePalette palette = new();
        foreach (Series series in figures.SelectMany(f => f.Series))
        {
            palette.indices.TryAdd(series.System, palette.indices.Count);
        }

        return palette;
    }

    /// <summary>The colour of a system, <c>#RRGGBB</c>; after seven systems colours repeat with another dash and marker.</summary>
    /// <param name="system">The system.</param>
    /// <param name="theme">The theme it is shown in.</param>
    /// <exception cref="KeyNotFoundException">The system is in none of the figures that the palette was made of.</exception>
    public string ColourOf(string system, FigureTheme theme)
    {
        ArgumentNullException.ThrowIfNull(theme);
        string[] colours = theme.Background is null ? ColoursOnDark : Colours;
        return colours[IndexOf(system) % colours.Length];
    }

    internal bool Knows(string system) => indices.ContainsKey(system);

    internal int IndexOf(string system) =>
        indices.TryGetValue(system, out int index)
            ? index
            : throw new KeyNotFoundException(
                $"The palette does not know the system '{system}'; make it of all figures that it is used for."
            );
}
