using ResearchKit.Data;
using ResearchKit.Goldens;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class CifarBinaryTests
{
    [Test]
    public async Task TheJpegSubsetIsRead()
    {
        LabeledData data = await CifarBinary.LoadAsync([GoldenFiles.Data("fl-cifar10-jpeg-subset", "test_2000.bin.gz")]);
        Assert.That((data.Count, data.ClassCount, data.FeatureLength), Is.EqualTo((2_000, 10, 3_072)));
        Assert.That(data.ClassCounts(), Is.All.EqualTo(200));
        Assert.That((data.LabelOf(0), data.Schema.ClassNames[7]), Is.EqualTo((7, "horse")));
        var row = new float[3_072];
        data.CopyRow(0, row);
        Assert.That((row[0], row[1]), Is.EqualTo((0x49 / 255f, 0x29 / 255f)));
    }

    [Test]
    public async Task HundredClassesHaveTwoLabels()
    {
        byte[] file = [.. Image(19, 99, 3), .. Image(0, 7, 200)];
        LabeledData fine = await CifarBinary.ReadAsync(new MemoryStream(file), "x", CifarLabels.Cifar100Fine);
        LabeledData coarse = await CifarBinary.ReadAsync(new MemoryStream(file), "x", CifarLabels.Cifar100Coarse);
        Assert.That((fine.ClassCount, coarse.ClassCount), Is.EqualTo((100, 20)));
        Assert.That(fine.Labels.ToArray(), Is.EqualTo(new[] { 99, 7 }));
        Assert.That(coarse.Labels.ToArray(), Is.EqualTo(new[] { 19, 0 }));
    }

    [Test]
    public async Task SeveralFilesAreOneSetAndErrorsHaveTheirPlace()
    {
        using var folder = new TemporaryFolder();
        string first = Path.Combine(folder.Path, "data_batch_1.bin");
        string second = Path.Combine(folder.Path, "data_batch_2.bin");
        File.WriteAllBytes(first, [.. Ten(1, 10), .. Ten(2, 20)]);
        File.WriteAllBytes(second, Ten(9, 30));
        LabeledData both = await CifarBinary.LoadAsync([first, second]);
        Assert.That(both.Labels.ToArray(), Is.EqualTo(new[] { 1, 2, 9 }));

        File.WriteAllBytes(second, [.. Ten(9, 30), .. Ten(10, 1)]);
        var label = await Assert.ThrowsAsync<MalformedFileException>(() => CifarBinary.LoadAsync([first, second]));
        Assert.That((label!.Path, label.ByteOffset), Is.EqualTo((second, (long?)3_073)));
        File.WriteAllBytes(second, [.. Ten(9, 30), 1, 2]);
        var cut = await Assert.ThrowsAsync<MalformedFileException>(() => CifarBinary.LoadAsync([second]));
        Assert.That((cut!.ByteOffset, cut.Message), Is.EqualTo(((long?)3_073, cut.Message)));
        Assert.That(cut.Message, Does.Contain("2 of 3073"));
        await Assert.ThrowsAsync<ArgumentException>(() => CifarBinary.LoadAsync([]));
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(1_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases) =>
        FileDamage.Check(
            [
                [.. Ten(1, 10), .. Ten(2, 20)],
            ],
            cases,
            async (stream, name) => (await CifarBinary.ReadAsync(stream, name)).Count
        );

    private static byte[] Ten(byte label, byte grey) => [label, .. Enumerable.Repeat(grey, 3_072)];

    private static byte[] Image(byte coarse, byte fine, byte grey) => [coarse, fine, .. Enumerable.Repeat(grey, 3_072)];
}
