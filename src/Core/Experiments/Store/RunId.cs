using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>The names of runs: <c>yyyyMMdd-HHmmss-scale-options</c>, with <c>-2</c>, <c>-3</c>, ... for later ones of the same second.</summary>
internal static class RunId
{
    /// <summary>By time, then by the number of the copy.</summary>
    internal static readonly IComparer<string?> Order = Comparer<string?>.Create(
        (a, b) =>
            (string.CompareOrdinal(Stem(a!), Stem(b!)), CopyOf(a!).CompareTo(CopyOf(b!))) switch
            {
                (0, int byCopy) => byCopy,
                (int byStem, _) => byStem,
            }
    );

    internal static string Of(DateTimeOffset time, Scale scale, string optionsHash)
    {
        // The scale's name in lower case is part of the format of the name, not a comparison.
#pragma warning disable CA1308
        string name = scale.ToString().ToLowerInvariant();
#pragma warning restore CA1308
        return string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyyMMdd-HHmmss}-{name}-{optionsHash.AsSpan(0, 8)}");
    }

    internal static string Copy(string name, int copy) => copy == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{copy}");

    private static string Stem(string name) => string.Join('-', name.Split('-').Take(4));

    private static int CopyOf(string name) =>
        name.Split('-') is [_, _, _, _, var copy] && int.TryParse(copy, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : 1;
}
