using SkiaSharp;

namespace ResearchKit.Experiments;

/// <summary>The font of figures: DejaVu Sans, else the first sans-serif that is here.</summary>
public static class FigureFont
{
    private static readonly string[] Preferred =
    [
        "DejaVu Sans",
        "Verdana",
        "Liberation Sans",
        "Noto Sans",
        "Arial",
        "Helvetica",
        "Segoe UI",
    ];

    private static readonly Lazy<string> Chosen = new(() =>
    {
        string[] here = SKFontManager.Default.GetFontFamilies();
        return Preferred.FirstOrDefault(name => here.Contains(name, StringComparer.OrdinalIgnoreCase))
            ?? here.Order(StringComparer.Ordinal).FirstOrDefault(name => name.Contains("Sans", StringComparison.OrdinalIgnoreCase))
            ?? SKTypeface.Default.FamilyName;
    });

    // Skia hands out one object for a font, to ScottPlot as well: disposed by one figure, it would be gone under another that is drawn at the same time. They live as long as the process.
    private static readonly Lazy<SKTypeface> RegularFace = new(() => SKTypeface.FromFamilyName(Family));
    private static readonly Lazy<SKTypeface> BoldFace = new(() => SKTypeface.FromFamilyName(Family, SKFontStyle.Bold));

    internal static SKTypeface Regular => RegularFace.Value;

    internal static SKTypeface Bold => BoldFace.Value;

    /// <summary>The family that figures are drawn with on this machine.</summary>
    public static string Family => Chosen.Value;

    /// <summary>Whether it is DejaVu Sans, with which figures look the same on every machine.</summary>
    public static bool IsHouseFont => Family == Preferred[0];
}
