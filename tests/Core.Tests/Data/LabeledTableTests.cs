using System.Text;
using ResearchKit.Data;
using ResearchKit.Goldens;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class LabeledTableTests
{
    private static readonly LabeledTableOptions Digits = new()
    {
        Text = new DelimitedTextOptions { HasHeader = false, CommentPrefix = '#' },
    };

    [Test]
    public async Task LettersAreRead()
    {
        LabeledData data = await LabeledTable.LoadAsync(
            GoldenFiles.Data("fl-letter", "letter-recognition.data"),
            new LabeledTableOptions { LabelColumn = 0 }
        );
        Assert.That((data.Count, data.FeatureLength, data.ClassCount), Is.EqualTo((20_000, 16, 26)));
        Assert.That((data.Schema.ClassNames[19], data.LabelOf(0), data.Schema.FeatureNames[15]), Is.EqualTo(("T", 19, "16")));
        Assert.That(data.ClassCounts()[..3], Is.EqualTo(new[] { 789, 766, 736 }));
        var row = new float[16];
        data.CopyRow(0, row);
        Assert.That(row, Is.EqualTo(new float[] { 2, 8, 3, 5, 1, 8, 13, 0, 6, 6, 10, 8, 0, 8, 0, 8 }));
    }

    [TestCase("optdigits.tra", 2_999)]
    [TestCase("optdigits.hol", 824)]
    [TestCase("optdigits.tes", 1_797)]
    public async Task DigitsAreRead(string file, int count)
    {
        LabeledData data = await LabeledTable.LoadAsync(GoldenFiles.Data("fl-optdigits", file), Digits);
        Assert.That((data.Count, data.FeatureLength, data.ClassCount), Is.EqualTo((count, 64, 10)));
        if (count == 1_797)
            Assert.That(data.ClassCounts(), Is.EqualTo(new[] { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 }));
    }

    [Test]
    public async Task ClassesAreOrderedNamedAndChecked()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "t.csv");
        File.WriteAllText(path, "id,x,y\na,1,10\nb,2,9\nc,3,10\n");
        LabeledData data = await LabeledTable.LoadAsync(path, new LabeledTableOptions { Ignored = [0] });
        Assert.That(data.Schema.ClassNames, Is.EqualTo(new[] { "9", "10" }));
        Assert.That(data.Labels.ToArray(), Is.EqualTo(new[] { 1, 0, 1 }));
        Assert.That(data.Schema.FeatureNames, Is.EqualTo(new[] { "x" }));
        LabeledData named = await LabeledTable.LoadAsync(path, new LabeledTableOptions { Ignored = [0], ClassNames = ["10", "8", "9"] });
        Assert.That(named.Labels.ToArray(), Is.EqualTo(new[] { 0, 2, 0 }));
        await Fails(new LabeledTableOptions { Ignored = [0], ClassNames = ["10"] }, 3, 3);
        await Fails(new LabeledTableOptions(), 2, 1);
        await Fails(new LabeledTableOptions { LabelColumn = ^4 }, 2, null);
        await Fails(new LabeledTableOptions { LabelColumn = 3 }, 2, null);
        File.WriteAllText(path, "x,y\n1,a\nInfinity,a\n");
        await Fails(new LabeledTableOptions(), 3, 1);
        File.WriteAllText(path, "x,y\n");
        await Fails(new LabeledTableOptions(), 1, null);

        async Task Fails(LabeledTableOptions options, int line, int? column)
        {
            var error = await Assert.ThrowsAsync<MalformedFileException>(() => LabeledTable.LoadAsync(path, options));
            Assert.That((error!.Line, error.Column), Is.EqualTo(((long?)line, (long?)column)), error.Message);
        }
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(500);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        using var folder = new TemporaryFolder();
        FileDamage.Check(
            [Encoding.UTF8.GetBytes("id,x,y\na,1,10\nb,-2.5e-3,9\n\"c\",3,10\n")],
            cases,
            async (stream, path) =>
            {
                await using (FileStream file = File.Create(path))
                    await stream.CopyToAsync(file);
                return (await LabeledTable.LoadAsync(path, new LabeledTableOptions { Ignored = [0] })).Count;
            },
            threads: 1,
            isPlaceKnown: false,
            name: Path.Combine(folder.Path, "t.csv")
        );
    }
}
