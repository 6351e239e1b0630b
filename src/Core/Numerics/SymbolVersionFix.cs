using System.Buffers.Binary;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// Lets <c>libLibTorchSharp.so</c> load beside a libstdc++ of GCC 12. It was built with GCC 13 and asks for the version GLIBCXX_3.4.32 for the sake of one symbol,
/// which initialises the standard streams; libtorch, loaded before it, has done so already. In a copy, the version becomes weak and the call goes to a
/// harmless function without arguments. Nothing is changed unless exactly this is what is missing.
/// </summary>
internal static class SymbolVersionFix
{
    public const string Runtime = "libstdc++.so.6";
    public const string Version = "GLIBCXX_3.4.32";
    public const string Symbol = "_ZSt21ios_base_library_initv"; // std::ios_base_library_init()
    public const string Replacement = "_ZSt19uncaught_exceptionsv"; // std::uncaught_exceptions()

    private const ushort Weak = 2; // VER_FLG_WEAK
    private const ushort Global = 1; // VER_NDX_GLOBAL

    /// <summary>What a library needs of libstdc++ that it does not provide; and why the fix does not help, or null if it does.</summary>
    public sealed record Diagnosis(IReadOnlyList<string> Missing, string? Obstacle)
    {
        public bool Loads => Missing.Count == 0;
    }

    /// <param name="library">The library to load.</param>
    /// <param name="provided">The versions that libstdc++ defines.</param>
    public static Diagnosis Diagnose(ElfImage library, IReadOnlySet<string> provided)
    {
        var missing = library.Needs.Where(need => need is { File: Runtime, IsWeak: false } && !provided.Contains(need.Version)).ToList();
        string[] names = [.. missing.Select(need => need.Version).Order(StringComparer.Ordinal)];
        return new(names, missing.Count == 0 ? null : Obstacle(library, missing, names));
    }

    /// <summary>The bytes of the fixed copy.</summary>
    /// <exception cref="InvalidOperationException">The diagnosis names an obstacle.</exception>
    public static byte[] Apply(ElfImage library, Diagnosis diagnosis)
    {
        if (diagnosis.Loads || diagnosis.Obstacle is not null)
        {
            throw new InvalidOperationException($"The fix does not apply: {diagnosis.Obstacle ?? "nothing is missing"}.");
        }
        var need = library.Needs.Single(need => need.File == Runtime && need.Version == Version);
        var symbol = library.Symbols.Single(symbol => symbol.Version == need.Index);
        var fixedCopy = library.ToArray();
        var flags = fixedCopy.AsSpan(need.Offset + 4, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
        var name = fixedCopy.AsSpan(library.StringTableOffset + symbol.NameOffset, Symbol.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(Replacement, name);
        BinaryPrimitives.WriteUInt16LittleEndian(fixedCopy.AsSpan(symbol.VersionOffset, 2), Global);
        return fixedCopy;
    }

    private static string? Obstacle(ElfImage library, List<ElfImage.VersionNeed> missing, string[] names)
    {
        if (missing is not [{ Version: Version } need])
        {
            return $"{Runtime} lacks {string.Join(", ", names)}, and only {Version} alone can be done without";
        }
        var symbols = library.Symbols.Where(symbol => symbol.Version == need.Index).ToList();
        if (symbols is not [{ Name: Symbol, IsDefined: false, VersionOffset: >= 0 } symbol])
        {
            return $"{Version} is needed by {(symbols.Count == 0 ? "no symbol" : string.Join(", ", symbols.Take(5).Select(s => s.Name)))}, not by {Symbol} alone";
        }
        // Linkers let strings share their ends: another name inside this one would be changed with it.
        var (start, end) = (symbol.NameOffset, symbol.NameOffset + Symbol.Length);
        var shared =
            library.Symbols.Any(other => other != symbol && other.NameOffset >= start && other.NameOffset < end)
            || library.Needs.Any(other => other.NameOffset >= start && other.NameOffset < end)
            || library.OtherStringOffsets.Any(offset => offset >= (ulong)start && offset < (ulong)end);
        return shared ? $"the name {Symbol} is shared with another in the string table" : null;
    }
}
