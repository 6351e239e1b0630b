namespace ResearchKit.Numerics;

/// <summary>What a libstdc++ provides: the versions it defines, and its symbols, each with its version (those without one, a few, do not matter here).</summary>
internal sealed record CxxRuntime(string Path, IReadOnlySet<string> Versions, IReadOnlySet<(string Symbol, string Version)> Symbols)
{
    public const string FileName = "libstdc++.so.6";

    /// <summary>Provides nothing: no libstdc++ is there.</summary>
    public static CxxRuntime None { get; } = new(FileName, new HashSet<string>(), new HashSet<(string, string)>());

    public static CxxRuntime Of(ElfImage image, string path)
    {
        var versions = image.Definitions.GroupBy(pair => pair.Value).ToDictionary(group => group.Key, group => group.First().Key);
        return new(
            path,
            image.Definitions.Keys.ToHashSet(StringComparer.Ordinal),
            image
                .Symbols.Where(symbol => symbol.IsDefined && versions.ContainsKey(symbol.Version))
                .Select(symbol => (symbol.Name, versions[symbol.Version]))
                .ToHashSet()
        );
    }
}
