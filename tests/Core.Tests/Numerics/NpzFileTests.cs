using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

[TestFixture]
public sealed class NpzFileTests
{
    /// <summary>numpy 1.24: <c>savez_compressed(a=arange(3, dtype='&lt;i4'), b=array([0.25]))</c>.</summary>
    private const string Golden =
        "UEsDBBQAAAAIAAAAIQAC7L2pTAAAAIwAAAAFABQAYS5ucHkBABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GIGAEYiYgBgBQSwMEFAAAAAgAAAAhABnzX0JJAAAAiAAAAAUAFABiLm5weQEAEACIAAAAAAAAAEkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjqaOgq1ChQALgYwuGAPAFBLAQIUAxQAAAAIAAAAIQAC7L2pTAAAAIwAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQIUAxQAAAAIAAAAIQAZ819CSQAAAIgAAAAFAAAAAAAAAAAAAACAAYMAAABiLm5weVBLBQYAAAAAAgACAGYAAAADAQAAAAA=";

    [Test]
    public void ReadsWhatNumpyWrites()
    {
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(new MemoryStream(Convert.FromBase64String(Golden)), "golden.npz");
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(arrays["a"].Elements<int>(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(arrays["b"].Elements<double>(), Is.EqualTo(new[] { 0.25 }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task ArraysComeBackAndEqualArraysGiveEqualBytes(bool compress)
    {
        using var folder = new TemporaryFolder();
        KeyValuePair<string, NpyArray>[] arrays =
        [
            new("x/y", NpyArray.Of([1f, 2f, 3f, 4f], 2, 2)),
            new("labels", NpyArray.Of(["one", "two"])),
            new("scalar", NpyArray.OfScalar(7L)),
        ];
        string first = Path.Combine(folder.Path, "1.npz");
        string second = Path.Combine(folder.Path, "2.npz");
        await NpzFile.SaveAsync(first, arrays, compress);
        await NpzFile.SaveAsync(second, arrays, compress);
        IReadOnlyDictionary<string, NpyArray> read = await NpzFile.LoadAsync(first);
        Assert.Multiple(() =>
        {
            Assert.That(read.Keys, Is.EqualTo(arrays.Select(a => a.Key)));
            Assert.That(read["x/y"].Elements<float>(), Is.EqualTo(new[] { 1f, 2f, 3f, 4f }));
            Assert.That(read["labels"].Elements<string>(), Is.EqualTo(new[] { "one", "two" }));
            Assert.That(read["scalar"].Shape, Is.Empty);
            Assert.That(File.ReadAllBytes(first), Is.EqualTo(File.ReadAllBytes(second)));
        });
        Assert.That(() => NpzFile.SaveAsync(first, [arrays[0], arrays[0]]), Throws.ArgumentException);
    }

    [Test]
    public void TruncationAndFlippedBitsNeverCrash() => Fuzz(10_000);

    [Test, Category("Long")]
    public void TruncationAndFlippedBitsNeverCrashInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[] golden = Convert.FromBase64String(Golden);
        Gen.Select(Gen.Int[0, golden.Length - 1], Gen.Int[0, 7], Gen.Int[0, golden.Length], Gen.Bool)
            .Sample(
                (place, bit, cut, truncates) =>
                {
                    byte[] bytes = [.. golden];
                    bytes[place] ^= (byte)(1 << bit);
                    if (truncates)
                        bytes = bytes[..cut];
                    try
                    {
                        foreach (NpyArray array in NpzFile.Read(new MemoryStream(bytes), "test.npz").Values)
                            Assert.That(array.Count, Is.LessThan(100));
                    }
                    catch (MalformedFileException e)
                    {
                        Assert.That(e.Path, Does.StartWith("test.npz"));
                    }
                },
                iter: cases
            );
    }

    [Test]
    public void DamagedDataFailTheChecksumOfTheZip()
    {
        using var stream = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("a.npy", System.IO.Compression.CompressionLevel.NoCompression).Open();
            NpyFile.Write(entry, NpyArray.Of(new long[8]));
        }

        byte[] bytes = stream.ToArray();
        bytes[180] ^= 1; // inside the stored elements
        Assert.That(
            () => NpzFile.Read(new MemoryStream(bytes), "x.npz"),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("CRC-32")
        );
    }
}
