using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class IdxFileTests
{
    [Test]
    public async Task EveryTypeIsReadBigEndian()
    {
        NpyArray bytes = await Read([0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]);
        Assert.That(bytes.Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(bytes.Elements<byte>(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 255 }));
        Assert.That((await Read([0, 0, 0x09, 1, 0, 0, 0, 2, 255, 127])).Elements<sbyte>(), Is.EqualTo(new sbyte[] { -1, 127 }));
        Assert.That((await Read([0, 0, 0x0B, 1, 0, 0, 0, 2, 255, 254, 1, 0])).Elements<short>(), Is.EqualTo(new short[] { -2, 256 }));
        Assert.That((await Read([0, 0, 0x0C, 1, 0, 0, 0, 1, 255, 255, 255, 249])).Elements<int>(), Is.EqualTo(new[] { -7 }));
        Assert.That((await Read([0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0])).Elements<float>(), Is.EqualTo(new[] { 1.5f }));
        Assert.That((await Read([0, 0, 0x0E, 1, 0, 0, 0, 1, 0xC0, 0, 0, 0, 0, 0, 0, 0])).Elements<double>(), Is.EqualTo(new[] { -2.0 }));
        Assert.That((await Read([0, 0, 0x08, 2, 0, 0, 0, 0, 0, 0, 0, 3])).Shape, Is.EqualTo(new[] { 0, 3 }));
    }

    [TestCase("00", 0, "four bytes", TestName = "Cut in the magic number")]
    [TestCase("0100080100000001AA", 0, "00 00", TestName = "Another magic number")]
    [TestCase("0000080000000001AA", 0, "1 to 8 axes", TestName = "No axis")]
    [TestCase("00000A0100000001AA", 2, "a type", TestName = "A type that is none")]
    [TestCase("000008020000", 4, "lengths", TestName = "Cut in the lengths")]
    [TestCase("0000080100000004AABB", 8, "elements", TestName = "Fewer elements")]
    [TestCase("0000080100000001AABB", 9, "end of the file", TestName = "More elements")]
    [TestCase("00000803FFFFFFFFFFFFFFFFFFFFFFFF", 4, "at most", TestName = "More elements than an array has")]
    [TestCase("000008027FFFFFC700000000", null, null, TestName = "A long axis beside an empty one")]
    public async Task ErrorsHaveTheirPlace(string hex, int? offset, string? expected)
    {
        if (expected is null)
        {
            Assert.That((await Read(Convert.FromHexString(hex))).Count, Is.Zero);
            return;
        }

        var error = await Assert.ThrowsAsync<MalformedFileException>(() => Read(Convert.FromHexString(hex)));
        Assert.That(error!.ByteOffset, Is.EqualTo(offset), error.Message);
        Assert.That(error.Message, Does.Contain(expected).And.Contain("test.idx"));
    }

    [Test]
    public async Task AHostileHeaderTakesNoMoreMemoryThanTheFile()
    {
        // 2 billion bytes promised, three there; the same within gzip.
        byte[] hostile = [0, 0, 0x08, 1, 0x77, 0, 0, 0, 1, 2, 3];
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(hostile));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(hostile));
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(Gzip(hostile)));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(16 << 20));
    }

    [Test]
    public async Task LongArraysGrowWithWhatComes()
    {
        var data = new byte[4 + 4 + 3_000_001 * 4];
        data[2] = 0x0C;
        data[3] = 1;
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), 3_000_001);
        for (int i = 0; i < 3_000_001; i++)
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(8 + 4 * i), i * 7);
        int[] read = (await Read(Gzip(data))).Elements<int>();
        Assert.That(read.Select((value, i) => value == i * 7).All(same => same), Is.True);
        Assert.That(read, Has.Length.EqualTo(3_000_001));
    }

    [Test]
    public async Task MnistIsRead()
    {
        LabeledData test = await IdxFile.LoadLabeledAsync(
            GoldenFiles.Data("fl-mnist", "t10k-images-idx3-ubyte.gz"),
            GoldenFiles.Data("fl-mnist", "t10k-labels-idx1-ubyte.gz"),
            10
        );
        Assert.That((test.Count, test.ClassCount, test.FeatureLength), Is.EqualTo((10_000, 10, 784)));
        Assert.That(test.Schema.FeatureShape, Is.EqualTo(new[] { 1, 28, 28 }));
        Assert.That(test.Labels[..10].ToArray(), Is.EqualTo(new[] { 7, 2, 1, 0, 4, 1, 4, 9, 5, 9 }));
        Assert.That(test.ClassCounts(), Is.EqualTo(new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 }));
        var image = new float[784];
        test.CopyRow(0, image);
        Assert.That(Math.Round(image.Sum(static value => (double)value * 255)), Is.EqualTo(18_454));
        NpyArray all = await IdxFile.LoadAsync(GoldenFiles.Data("fl-mnist", "t10k-images-idx3-ubyte.gz"));
        Assert.That(all.Elements<byte>().Sum(static value => (long)value), Is.EqualTo(264_923_200));
    }

    [TestCase("digits", "digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz", 1_797, 8, 10)]
    [TestCase("usps", "test-images-idx3-ubyte.gz", "test-labels-idx1-ubyte.gz", 2_007, 16, 10)]
    [TestCase("kmnist", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", 10_000, 28, 10)]
    [TestCase("kannada-mnist", "dig-mnist-images-idx3-ubyte.gz", "dig-mnist-labels-idx1-ubyte.gz", 10_240, 28, 10)]
    [TestCase("omniglot", "greek-images-idx3-ubyte.gz", "greek-labels-idx1-ubyte.gz", 480, 28, 24)]
    public async Task SmallImageSetsAreRead(string folder, string images, string labels, int count, int side, int classes)
    {
        LabeledData data = await IdxFile.LoadLabeledAsync(
            GoldenFiles.Data("images", folder, images),
            GoldenFiles.Data("images", folder, labels)
        );
        Assert.That((data.Count, data.ClassCount), Is.EqualTo((count, classes)));
        Assert.That(data.Schema.FeatureShape, Is.EqualTo(new[] { 1, side, side }));
        Assert.That(data.ClassCounts().Min(), Is.Positive);
    }

    [Test]
    public async Task ImagesAndLabelsMustFit()
    {
        using var folder = new TemporaryFolder();
        string images = Write("images", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255]);
        string labels = Write("labels", [0, 0, 8, 1, 0, 0, 0, 2, 1, 3]);
        LabeledData data = await IdxFile.LoadLabeledAsync(images, labels);
        var row = new float[2];
        data.CopyRow(0, row);
        Assert.That((row[0], row[1], data.ClassCount), Is.EqualTo((0f, 0.2f, 4)));
        var tooHigh = await Assert.ThrowsAsync<MalformedFileException>(() => IdxFile.LoadLabeledAsync(images, labels, 3));
        Assert.That((tooHigh!.ByteOffset, tooHigh.Path), Is.EqualTo(((long?)9, labels)));
        var fewer = await Assert.ThrowsAsync<MalformedFileException>(() =>
            IdxFile.LoadLabeledAsync(images, Write("one", [0, 0, 8, 1, 0, 0, 0, 1, 1]))
        );
        Assert.That(fewer!.Message, Does.Contain("2 labels"));
        await Assert.ThrowsAsync<MalformedFileException>(() => IdxFile.LoadLabeledAsync(labels, labels));
        await Assert.ThrowsAsync<MalformedFileException>(() => IdxFile.LoadLabeledAsync(images, images));

        string Write(string name, byte[] bytes)
        {
            string path = Path.Combine(folder.Path, name);
            File.WriteAllBytes(path, bytes);
            return path;
        }
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(2_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[] plain = [0, 0, 0x0C, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2, .. Enumerable.Range(0, 48).Select(i => (byte)i)];
        FileDamage.Check([plain, Gzip(plain)], cases, async (stream, name) => (await IdxFile.ReadAsync(stream, name)).Count);
    }

    private static Task<NpyArray> Read(byte[] bytes) => IdxFile.ReadAsync(new MemoryStream(bytes), "test.idx");

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return buffer.ToArray();
    }
}
