using System.Buffers.Binary;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// Lets <c>libLibTorchSharp.so</c> load beside a libstdc++ of GCC 11 or 12. It was built with GCC 13, and two symbols ask for versions that those lack; each
/// can be had otherwise (see <see cref="Substitutes"/>). In a copy, the calls go there and the versions become weak. Nothing is changed unless it is missing,
/// and nothing at all unless everything that is missing can be made up for. docs/decisions/0002-torch-on-older-linux.md tells why this is safe.
/// </summary>
internal static class SymbolVersionFix
{
    private const ushort Weak = 2; // VER_FLG_WEAK
    private const ushort Global = 1; // VER_NDX_GLOBAL

    /// <summary>What stands in for the one symbol of a missing version.</summary>
    /// <param name="Version">The version that is missing.</param>
    /// <param name="Symbol">The only symbol that may ask for it.</param>
    /// <param name="Name">The symbol that is called instead: the same one, or another whose name is no longer.</param>
    /// <param name="OfVersion">The version of that symbol.</param>
    public sealed record Substitute(string Version, string Symbol, string Name, string OfVersion)
    {
        public bool IsRenamed => Name != Symbol;
    }

    /// <summary>The versions that can be done without.</summary>
    public static IReadOnlyList<Substitute> Substitutes { get; } =
    [
        // std::ios_base_library_init() initialises the standard streams, which libtorch, loaded before, has done; std::uncaught_exceptions() is harmless and takes no argument.
        new("GLIBCXX_3.4.32", "_ZSt21ios_base_library_initv", "_ZSt19uncaught_exceptionsv", "GLIBCXX_3.4.22"),
        // std::condition_variable::wait(std::unique_lock<std::mutex>&): the same function, which GCC 12 gave a second version when it took out noexcept.
        new(
            "GLIBCXX_3.4.30",
            "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE",
            "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE",
            "GLIBCXX_3.4.11"
        ),
    ];

    /// <summary>What a library needs of libstdc++ that it does not provide; and why the fix does not help, or null if it does.</summary>
    public sealed record Diagnosis(IReadOnlyList<string> Missing, string? Obstacle)
    {
        public bool Loads => Missing.Count == 0;
    }

    private sealed record Change(Substitute Substitute, ElfImage.VersionNeed Need, ElfImage.Symbol Symbol, ushort NewIndex);

    /// <param name="library">The library to load.</param>
    /// <param name="runtime">The libstdc++ it is to be loaded beside.</param>
    public static Diagnosis Diagnose(ElfImage library, CxxRuntime runtime)
    {
        var missing = Missing(library, runtime);
        var obstacle = missing.Select(need => Plan(library, runtime, need).Obstacle).FirstOrDefault(found => found is not null);
        return new([.. missing.Select(need => need.Version).Distinct()], obstacle);
    }

    /// <summary>The bytes of the fixed copy.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing, or there is an obstacle.</exception>
    public static byte[] Apply(ElfImage library, CxxRuntime runtime)
    {
        var diagnosis = Diagnose(library, runtime);
        if (diagnosis.Loads || diagnosis.Obstacle is not null)
        {
            throw new InvalidOperationException($"The fix does not apply: {diagnosis.Obstacle ?? "nothing is missing"}.");
        }
        var fixedCopy = library.ToArray();
        foreach (var need in Missing(library, runtime))
        {
            Make(Plan(library, runtime, need).Change!, fixedCopy, library.StringTableOffset);
        }
        return fixedCopy;
    }

    private static List<ElfImage.VersionNeed> Missing(ElfImage library, CxxRuntime runtime) =>
        [
            .. library
                .Needs.Where(need => need is { File: CxxRuntime.FileName, IsWeak: false } && !runtime.Versions.Contains(need.Version))
                .OrderBy(need => need.Version, StringComparer.Ordinal),
        ];

    private static void Make(Change change, byte[] copy, int strings)
    {
        var flags = copy.AsSpan(change.Need.Offset + 4, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
        BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(change.Symbol.VersionOffset, 2), change.NewIndex);
        if (change.Substitute.IsRenamed)
        {
            var name = copy.AsSpan(strings + change.Symbol.NameOffset, change.Substitute.Symbol.Length);
            name.Clear();
            Encoding.ASCII.GetBytes(change.Substitute.Name, name);
        }
    }

    private static (Change? Change, string? Obstacle) Plan(ElfImage library, CxxRuntime runtime, ElfImage.VersionNeed need)
    {
        if (Substitutes.FirstOrDefault(candidate => candidate.Version == need.Version) is not { } substitute)
        {
            var dispensable = string.Join(" and ", Substitutes.Select(candidate => candidate.Version).Order(StringComparer.Ordinal));
            return (null, $"it lacks {need.Version}, and only {dispensable} can be done without");
        }
        var symbols = library.Symbols.Where(symbol => symbol.Version == need.Index).ToList();
        if (symbols is not [{ IsDefined: false, VersionOffset: >= 0 } symbol] || symbol.Name != substitute.Symbol)
        {
            var found = symbols.Count == 0 ? "no symbol" : string.Join(", ", symbols.Take(5).Select(s => s.Name));
            return (null, $"{need.Version} is needed by {found}, not by {substitute.Symbol} alone");
        }
        if (!runtime.Symbols.Contains((substitute.Name, substitute.OfVersion)))
        {
            return (null, $"it lacks {substitute.Name} of {substitute.OfVersion} too, which would stand in for {need.Version}");
        }
        if (substitute.IsRenamed)
        {
            return IsShared(library, symbol)
                ? (null, $"the name {substitute.Symbol} is shared with another in the string table")
                : (new(substitute, need, symbol, Global), null);
        }
        var older = library.Needs.FirstOrDefault(other => other.File == CxxRuntime.FileName && other.Version == substitute.OfVersion);
        return older.Index == 0
            ? (null, $"the library names no {substitute.OfVersion}, to which {substitute.Symbol} could be bound")
            : (new(substitute, need, symbol, older.Index), null);
    }

    // Linkers let strings share their ends: another name inside this one would be changed with it.
    private static bool IsShared(ElfImage library, ElfImage.Symbol symbol)
    {
        var (start, end) = (symbol.NameOffset, symbol.NameOffset + symbol.Name.Length);
        return library.Symbols.Any(other => other != symbol && other.NameOffset >= start && other.NameOffset < end)
            || library.Needs.Any(other => other.NameOffset >= start && other.NameOffset < end)
            || library.OtherStringOffsets.Any(offset => offset >= (ulong)start && offset < (ulong)end);
    }
}
