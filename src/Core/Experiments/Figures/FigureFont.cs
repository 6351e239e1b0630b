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

    /// <summary>The family that figures are drawn with on this machine.</summary>
    public static string Family => Chosen.Value;

    /// <summary>Whether it is DejaVu Sans, with which figures look the same on every machine.</summary>
    public static bool IsHouseFont => Family == Preferred[0];
}
