using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class SymbolVersionFixTests
{
    private static readonly HashSet<string> Gcc12 = ["GLIBCXX_3.4", "GLIBCXX_3.4.22", "GLIBCXX_3.4.30"];

    // As TorchSharp's library: one symbol of the new version among older ones.
    private static ElfBuilder Library(bool gnuHash = true) =>
        new ElfBuilder { UsesGnuHash = gnuHash }
            .Symbol("_ZNSo3putEc", 2)
            .Symbol(SymbolVersionFix.Symbol, 3)
            .Symbol("THSTensor_ones", 1, defined: true)
            .Needs("libc.so.6", ("GLIBC_2.34", 4))
            .Needs(SymbolVersionFix.Runtime, ("GLIBCXX_3.4", 2), (SymbolVersionFix.Version, 3));

    private static ElfImage Parse(ElfBuilder builder) => ElfImage.Parse(builder.Build(), "libLibTorchSharp.so");

    [Test]
    public void An_image_tells_symbols_needs_and_definitions([Values] bool gnuHash)
    {
        var image = Parse(Library(gnuHash).Defines("RK_1", "RK_2"));
        Assert.That(image.Symbols.Select(s => s.Name), Is.EqualTo(["", "_ZNSo3putEc", SymbolVersionFix.Symbol, "THSTensor_ones"]));
        Assert.That(image.Symbols.Select(s => s.IsDefined), Is.EqualTo([false, false, false, true]));
        Assert.That(
            image.Needs.Select(n => (n.File, n.Version, n.Index)),
            Is.EqualTo([
                ("libc.so.6", "GLIBC_2.34", 4),
                (SymbolVersionFix.Runtime, "GLIBCXX_3.4", 2),
                (SymbolVersionFix.Runtime, SymbolVersionFix.Version, 3),
            ])
        );
        Assert.That(image.Definitions, Is.EquivalentTo(["RK_1", "RK_2"]));
    }

    [Test]
    public void The_one_missing_symbol_is_made_up_for_and_nothing_else_changes()
    {
        var original = Library().Build();
        var image = ElfImage.Parse(original, "original");
        var diagnosis = SymbolVersionFix.Diagnose(image, Gcc12);
        Assert.That(diagnosis.Missing, Is.EqualTo([SymbolVersionFix.Version]));
        Assert.That(diagnosis.Obstacle, Is.Null);

        var copy = SymbolVersionFix.Apply(image, diagnosis);
        var changed = ElfImage.Parse(copy, "copy");
        Assert.That(changed.Symbols[2].Name, Is.EqualTo(SymbolVersionFix.Replacement));
        Assert.That(changed.Symbols[2].Version, Is.EqualTo(1));
        var need = changed.Needs.Single(n => n.Version == SymbolVersionFix.Version);
        Assert.That(need.IsWeak);
        Assert.That(SymbolVersionFix.Diagnose(changed, Gcc12).Loads);
        var differences = Enumerable.Range(0, copy.Length).Where(i => copy[i] != original[i]).ToList();
        var name = image.StringTableOffset + image.Symbols[2].NameOffset;
        Assert.That(
            differences,
            Is.All.Matches<int>(i =>
                i == need.Offset + 4 || i == image.Symbols[2].VersionOffset || (i >= name && i < name + SymbolVersionFix.Symbol.Length)
            )
        );
    }

    [Test]
    public void A_new_runtime_needs_no_fix()
    {
        var image = Parse(Library());
        var diagnosis = SymbolVersionFix.Diagnose(image, new HashSet<string>(Gcc12) { SymbolVersionFix.Version });
        Assert.That(diagnosis.Loads);
        Assert.That(() => SymbolVersionFix.Apply(image, diagnosis), Throws.InvalidOperationException);
    }

    [Test]
    public void Another_symbol_of_that_version_is_an_obstacle()
    {
        var image = Parse(Library(gnuHash: false).Symbol("_ZNSt7another3newEv", 3));
        var diagnosis = SymbolVersionFix.Diagnose(image, Gcc12);
        Assert.That(diagnosis.Obstacle, Does.Contain("_ZNSt7another3newEv"));
        Assert.That(() => SymbolVersionFix.Apply(image, diagnosis), Throws.InvalidOperationException);
    }

    [Test]
    public void Another_missing_version_is_an_obstacle()
    {
        // As on a system of GCC 11, which lacks GLIBCXX_3.4.30 too.
        var image = Parse(
            Library(gnuHash: false).Symbol("_ZNSt18condition_variable4waitEv", 5).Needs(SymbolVersionFix.Runtime, ("GLIBCXX_3.4.30", 5))
        );
        var diagnosis = SymbolVersionFix.Diagnose(image, new HashSet<string> { "GLIBCXX_3.4" });
        Assert.That(diagnosis.Missing, Is.EqualTo(["GLIBCXX_3.4.30", SymbolVersionFix.Version]));
        Assert.That(diagnosis.Obstacle, Does.Contain("GLIBCXX_3.4.30"));
    }

    [Test]
    public void A_name_that_shares_the_bytes_is_an_obstacle()
    {
        var builder = new ElfBuilder();
        var offset = builder.String(SymbolVersionFix.Symbol);
        builder.SymbolAt(offset, 3).SymbolAt(offset + 4, 1).Needs(SymbolVersionFix.Runtime, (SymbolVersionFix.Version, 3));
        Assert.That(SymbolVersionFix.Diagnose(Parse(builder), Gcc12).Obstacle, Does.Contain("shared"));
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
                        var diagnosis = SymbolVersionFix.Diagnose(image, Gcc12);
                        if (!diagnosis.Loads && diagnosis.Obstacle is null)
                        {
                            SymbolVersionFix.Apply(image, diagnosis);
                        }
                    }
                    catch (MalformedFileException) { }
                },
                iter: cases
            );
}
