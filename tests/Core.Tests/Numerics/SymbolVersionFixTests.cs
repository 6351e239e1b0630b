using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class SymbolVersionFixTests
{
    private static readonly SymbolVersionFix.Substitute Init = SymbolVersionFix.Substitutes.Single(s => s.Version == "GLIBCXX_3.4.32");
    private static readonly SymbolVersionFix.Substitute Wait = SymbolVersionFix.Substitutes.Single(s => s.Version == "GLIBCXX_3.4.30");

    private static readonly CxxRuntime Gcc13 = Runtime("GLIBCXX_3.4", "GLIBCXX_3.4.11", "GLIBCXX_3.4.22", Wait.Version, Init.Version);
    private static readonly CxxRuntime Gcc12 = Runtime("GLIBCXX_3.4", "GLIBCXX_3.4.11", "GLIBCXX_3.4.22", Wait.Version);
    private static readonly CxxRuntime Gcc11 = Runtime("GLIBCXX_3.4", "GLIBCXX_3.4.11", "GLIBCXX_3.4.22");

    // A built libstdc++: of the symbols that matter, those whose version it defines.
    private static CxxRuntime Runtime(params string[] versions)
    {
        var builder = new ElfBuilder().Defines(versions);
        foreach (var (name, version) in new[] { (Wait.Name, Wait.OfVersion), (Init.Name, Init.OfVersion), (Wait.Symbol, Wait.Version) })
        {
            if (Array.IndexOf(versions, version) is >= 0 and var index)
            {
                builder.Symbol(name, (ushort)(index + 2), defined: true);
            }
        }
        return CxxRuntime.Of(Parse(builder), CxxRuntime.FileName);
    }

    // As TorchSharp's library: one symbol of each new version among older ones.
    private static ElfBuilder Library(bool gnuHash = true) =>
        new ElfBuilder { UsesGnuHash = gnuHash }
            .Symbol("_ZNSo3putEc", 2)
            .Symbol(Init.Symbol, 3)
            .Symbol("_ZNSt6thread4joinEv", 6)
            .Symbol(Wait.Symbol, 5)
            .Symbol("THSTensor_ones", 1, defined: true)
            .Needs("libc.so.6", ("GLIBC_2.34", 4))
            .Needs(CxxRuntime.FileName, (Wait.Version, 5), ("GLIBCXX_3.4", 2), (Init.Version, 3), (Wait.OfVersion, 6));

    private static ElfImage Parse(ElfBuilder builder) => ElfImage.Parse(builder.Build(), "libLibTorchSharp.so");

    [Test]
    public void An_image_tells_symbols_needs_and_definitions([Values] bool gnuHash)
    {
        var image = Parse(Library(gnuHash).Defines("RK_1", "RK_2"));
        Assert.That(
            image.Symbols.Select(s => s.Name),
            Is.EqualTo(["", "_ZNSo3putEc", Init.Symbol, "_ZNSt6thread4joinEv", Wait.Symbol, "THSTensor_ones"])
        );
        Assert.That(image.Symbols.Select(s => s.IsDefined), Is.EqualTo([false, false, false, false, false, true]));
        Assert.That(
            image.Needs.Select(n => (n.File, n.Version, n.Index)),
            Is.EqualTo([
                ("libc.so.6", "GLIBC_2.34", 4),
                (CxxRuntime.FileName, Wait.Version, 5),
                (CxxRuntime.FileName, "GLIBCXX_3.4", 2),
                (CxxRuntime.FileName, Init.Version, 3),
                (CxxRuntime.FileName, Wait.OfVersion, 6),
            ])
        );
        Assert.That(image.Definitions, Is.EquivalentTo(new Dictionary<string, ushort> { ["RK_1"] = 2, ["RK_2"] = 3 }));
    }

    [Test]
    public void A_runtime_tells_which_symbols_it_has_in_which_versions()
    {
        Assert.That(Gcc12.Versions, Does.Contain(Wait.Version).And.Not.Contain(Init.Version));
        Assert.That(
            Gcc12.Symbols,
            Is.EquivalentTo([(Wait.Symbol, Wait.OfVersion), (Init.Name, Init.OfVersion), (Wait.Symbol, Wait.Version)])
        );
    }

    // Exactly the bytes of what is missing are changed: on a system of GCC 12 the wait keeps its version.
    [Test]
    public void What_is_missing_is_made_up_for_and_nothing_else_changes([Values("GCC 11", "GCC 12")] string system)
    {
        var runtime = system == "GCC 11" ? Gcc11 : Gcc12;
        var original = Library().Build();
        var image = ElfImage.Parse(original, "original");
        var diagnosis = SymbolVersionFix.Diagnose(image, runtime);
        Assert.That(diagnosis.Missing, Is.EqualTo(runtime == Gcc11 ? [Wait.Version, Init.Version] : new[] { Init.Version }));
        Assert.That(diagnosis.Obstacle, Is.Null);

        var copy = SymbolVersionFix.Apply(image, runtime);
        var changed = ElfImage.Parse(copy, "copy");
        Assert.That((changed.Symbols[2].Name, changed.Symbols[2].Version), Is.EqualTo((Init.Name, (ushort)1)));
        Assert.That((changed.Symbols[4].Name, changed.Symbols[4].Version), Is.EqualTo((Wait.Symbol, (ushort)(runtime == Gcc11 ? 6 : 5))));
        Assert.That(changed.Needs.Where(n => n.IsWeak).Select(n => n.Version), Is.EquivalentTo(diagnosis.Missing));
        Assert.That(SymbolVersionFix.Diagnose(changed, runtime).Loads);

        var name = image.StringTableOffset + image.Symbols[2].NameOffset;
        var allowed = Enumerable.Range(name, Init.Symbol.Length).ToHashSet();
        allowed.UnionWith(image.Needs.Where(n => diagnosis.Missing.Contains(n.Version)).Select(n => n.Offset + 4));
        allowed.UnionWith(
            image.Symbols.Where(s => s.Name == Init.Symbol || runtime == Gcc11 && s.Name == Wait.Symbol).Select(s => s.VersionOffset)
        );
        Assert.That(Enumerable.Range(0, copy.Length).Where(i => copy[i] != original[i]), Is.SubsetOf(allowed));
    }

    [Test]
    public void A_new_runtime_needs_no_fix()
    {
        var image = Parse(Library());
        Assert.That(SymbolVersionFix.Diagnose(image, Gcc13).Loads);
        Assert.That(() => SymbolVersionFix.Apply(image, Gcc13), Throws.InvalidOperationException);
    }

    [TestCase(3)]
    [TestCase(5)]
    public void Another_symbol_of_a_missing_version_is_an_obstacle(int version) =>
        Refused(Library(gnuHash: false).Symbol("_ZNSt7another3newEv", (ushort)version), Gcc11, "_ZNSt7another3newEv");

    [Test]
    public void Another_missing_version_is_an_obstacle() =>
        // As on a system of GCC 10.
        Refused(
            Library(gnuHash: false).Symbol("_ZNSt8older3newEv", 7).Needs(CxxRuntime.FileName, ("GLIBCXX_3.4.29", 7)),
            Gcc11,
            "GLIBCXX_3.4.29"
        );

    [Test]
    public void A_missing_stand_in_is_an_obstacle()
    {
        Refused(Library(), Runtime("GLIBCXX_3.4", "GLIBCXX_3.4.11", Wait.Version), Init.Name);
        Refused(Library(), Gcc11 with { Symbols = Gcc11.Symbols.Where(s => s.Symbol != Wait.Symbol).ToHashSet() }, Wait.OfVersion);
        // The runtime has the older version, but the library has no entry to bind to.
        var without = new ElfBuilder().Symbol(Wait.Symbol, 5).Needs(CxxRuntime.FileName, (Wait.Version, 5));
        Refused(without, Gcc11, "names no GLIBCXX_3.4.11");
    }

    [Test]
    public void A_name_that_shares_the_bytes_is_an_obstacle()
    {
        var builder = new ElfBuilder();
        var offset = builder.String(Init.Symbol);
        builder.SymbolAt(offset, 3).SymbolAt(offset + 4, 1).Needs(CxxRuntime.FileName, (Init.Version, 3));
        Refused(builder, Gcc12, "shared");
    }

    private static void Refused(ElfBuilder library, CxxRuntime runtime, string reason)
    {
        var image = Parse(library);
        Assert.That(SymbolVersionFix.Diagnose(image, runtime).Obstacle, Does.Contain(reason));
        Assert.That(() => SymbolVersionFix.Apply(image, runtime), Throws.InvalidOperationException);
        Assert.That(
            () => TorchLibraries.Adapted("library", image, runtime, "nowhere"),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.CxxRuntimeTooOld).And.Message.Contains(reason)
        );
    }

    [Test]
    public void What_is_no_elf_file_or_another_kind_is_a_malformed_file()
    {
        Assert.That(() => ElfImage.Parse([], "empty"), Throws.TypeOf<MalformedFileException>());
        Assert.That(() => ElfImage.Parse(new byte[100], "zeros"), Throws.TypeOf<MalformedFileException>().With.Message.Contains("ELF"));
        Assert.That(() => ElfImage.Parse("#!/bin/sh\n"u8.ToArray(), "script"), Throws.TypeOf<MalformedFileException>());
        var narrow = Library().Build();
        narrow[4] = 1;
        Assert.That(() => ElfImage.Parse(narrow, "32 bits"), Throws.TypeOf<MalformedFileException>().With.Message.Contains("64-bit"));
    }

    [Test]
    public void Every_truncation_is_a_malformed_file()
    {
        var whole = Library().Build();
        // The last bytes are padding after the string table.
        for (var length = 0; length < whole.Length - 8; length++)
        {
            Assert.That(() => ElfImage.Parse(whole[..length], "truncated"), Throws.TypeOf<MalformedFileException>(), $"{length} bytes");
        }
    }

    // Whatever the bytes: an image, or the one error.
    [Test]
    public void Flipped_bytes_never_do_anything_else() => Fuzz(Library(gnuHash: false).Defines("RK_1").Build(), 50_000);

    [Test]
    public void Flipped_bytes_never_do_anything_else_with_the_other_hash() => Fuzz(Library().Defines("RK_1").Build(), 50_000);

    private static void Fuzz(byte[] whole, int cases) =>
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte)
            .Array[1, 6]
            .Select(Gen.Int[whole.Length / 2, whole.Length * 2])
            .Sample(
                (flips, length) =>
                {
                    var damaged = (byte[])whole.Clone();
                    foreach (var (at, value) in flips)
                    {
                        damaged[at] = value;
                    }
                    try
                    {
                        var image = ElfImage.Parse(length < whole.Length ? damaged[..length] : damaged, "damaged");
                        var diagnosis = SymbolVersionFix.Diagnose(image, Gcc11);
                        if (!diagnosis.Loads && diagnosis.Obstacle is null)
                        {
                            SymbolVersionFix.Apply(image, Gcc11);
                        }
                    }
                    catch (MalformedFileException) { }
                },
                iter: cases
            );
}
