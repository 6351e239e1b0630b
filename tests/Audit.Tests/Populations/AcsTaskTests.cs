using System.IO.Compression;
using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Populations;

public class AcsTaskTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "acs", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("ACSIncome")]
    [TestCase("ACSEmployment")]
    [TestCase("ACSEmploymentFiltered")]
    [TestCase("ACSHealthInsurance")]
    [TestCase("ACSPublicCoverage")]
    [TestCase("ACSTravelTime")]
    [TestCase("ACSMobility")]
    [TestCase("ACSIncomePovertyRatio")]
    [TestCase("AuditEmployment")]
    public async Task Features_labels_and_groups_are_those_of_folktables(string name)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "acs_tasks_expected.json");
        JsonElement expected = document.RootElement.GetProperty(name);
        AcsTask task = AcsTasks.All.Single(t => t.Name == name);
        AuditPopulation found = await AcsPumsSource.LoadFileAsync(task, GoldenFiles.Path("audit", "psam_p27_synthetic.csv"));
        Assert.That(found.FeatureNames, Is.EqualTo(expected.GetProperty("features").EnumerateArray().Select(f => f.GetString())));
        Assert.That(found.Count, Is.EqualTo(expected.GetProperty("rows").GetInt32()));
        Assert.That(found.Labels.ToArray(), Is.EqualTo(expected.Bytes("y")));
        Assert.That(found.Group.ToArray(), Is.EqualTo(expected.Bytes("group")));
        float[] features = [.. expected.Items("X").SelectMany(row => row.EnumerateArray()).Select(v => (float)v.Number())];
        Assert.That(found.Features.ToArray(), Is.EqualTo(features));
    }

    [Test]
    public async Task Folder_zip_windows_line_ends_quotes_and_a_blank_last_line_give_equal_tables()
    {
        string text = File("RELP", "P");
        string year = Path.Combine(folder, "2018", "1-Year");
        Directory.CreateDirectory(year);
        await System.IO.File.WriteAllTextAsync(Path.Combine(year, "psam_p27.csv"), text);
        AuditPopulation plain = await Load(folder);
        Assert.That((plain.Count, plain.Labels.ToArray()), Is.EqualTo((4, new byte[] { 1, 0, 1, 0 })));
        Assert.That(float.IsNaN(plain.FeaturesOf(1).Span[1]), Is.True, "a blank cell of the audit's variant stays missing");

        await System.IO.File.WriteAllTextAsync(
            Path.Combine(year, "psam_p27.csv"),
            text.Replace("\n", "\r\n").Replace(",100,", ",\"100\",") + "\r\n"
        );
        AssertEqual(await Load(folder), plain);

        System.IO.File.Delete(Path.Combine(year, "psam_p27.csv"));
        await using (ZipArchive zip = await ZipFile.OpenAsync(Path.Combine(year, "csv_pmn.zip"), ZipArchiveMode.Create))
        {
            await using Stream entry = await zip.CreateEntry("PSAM_P27.csv").OpenAsync();
            await entry.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
        }
        AssertEqual(await Load(folder), plain);
    }

    [Test]
    public async Task Two_states_follow_each_other_and_a_density_is_seeded()
    {
        string year = Path.Combine(folder, "2016", "5-Year");
        Directory.CreateDirectory(year);
        await System.IO.File.WriteAllTextAsync(Path.Combine(year, "ss16pmn.csv"), File("RELP", "P"));
        await System.IO.File.WriteAllTextAsync(Path.Combine(year, "ss16pnd.csv"), File("RELP", "P"));
        AcsPumsSource source = AcsPumsSource.Open(folder, 2016, AcsHorizon.FiveYear);
        AuditPopulation both = await source.LoadAsync(AcsTasks.AuditEmployment, ["MN", "nd"]);
        Assert.That(both.Count, Is.EqualTo(8));
        AcsReadOptions half = new() { Density = 0.5, Random = RandomStream.Named("density", "1") };
        AuditPopulation some = await source.LoadAsync(AcsTasks.AuditEmployment, ["MN", "ND"], half);
        Assert.That(some.Count, Is.LessThan(8));
        AuditPopulation again = await source.LoadAsync(
            AcsTasks.AuditEmployment,
            ["MN", "ND"],
            half with
            {
                Random = RandomStream.Named("density", "1"),
            }
        );
        AssertEqual(again, some);
    }

    [Test]
    public async Task Relationship_of_later_years_is_an_error_unless_it_is_mapped()
    {
        string path = Path.Combine(folder, "later.csv");
        await System.IO.File.WriteAllTextAsync(path, File("RELSHIPP", "P").Replace(",16,", ",37,").Replace(",8,", ",20,"));
        MissingColumnException? error = await Assert.ThrowsAsync<MissingColumnException>(() =>
            AcsPumsSource.LoadFileAsync(AcsTasks.AuditEmployment, path)
        );
        Assert.That((error!.Column, error!.Remedy.Contains("2019", StringComparison.Ordinal)), Is.EqualTo(("RELP", true)));
        AuditPopulation mapped = await AcsPumsSource.LoadFileAsync(
            AcsTasks.AuditEmployment,
            path,
            new AcsReadOptions { MapRelationship = true }
        );
        Assert.That(mapped.FeaturesOf(0).Span[3], Is.EqualTo(16));
    }

    [Test]
    public async Task What_cannot_be_read_says_where()
    {
        AcsPumsSource source = AcsPumsSource.Open(folder, 2018, AcsHorizon.OneYear);
        FileNotFoundException? absent = await Assert.ThrowsAsync<FileNotFoundException>(() => source.LoadAsync(AcsTasks.Income, ["MN"]));
        Assert.That(absent!.Message, Does.Contain("psam_p27.csv").And.Contain("csv_pmn.zip").And.Contain("nothing is downloaded"));
        Assert.That(() => source.LoadAsync(AcsTasks.Income, ["ZZ"]), Throws.ArgumentException.With.Message.Contains("'ZZ'"));
        Assert.That(() => AcsPumsSource.Open(folder, 2001, AcsHorizon.OneYear), Throws.InstanceOf<ArgumentOutOfRangeException>());

        string path = Path.Combine(folder, "bad.csv");
        await System.IO.File.WriteAllTextAsync(path, File("RELP", "P").Replace(",100,", ",x,"));
        MalformedFileException? cell = await Assert.ThrowsAsync<MalformedFileException>(() =>
            AcsPumsSource.LoadFileAsync(AcsTasks.TravelTime, path)
        );
        Assert.That((cell!.Line, cell!.Found), Is.EqualTo((2, "x")));
        string whole = File("RELP", "P");
        await System.IO.File.WriteAllTextAsync(path, whole[..(whole.TrimEnd().Length - 20)]);
        MalformedFileException? cut = await Assert.ThrowsAsync<MalformedFileException>(() =>
            AcsPumsSource.LoadFileAsync(AcsTasks.AuditEmployment, path)
        );
        Assert.That(cut!.Line, Is.EqualTo(5), "the last line was cut off");
        string year = Path.Combine(folder, "2018", "1-Year");
        Directory.CreateDirectory(year);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(year, "csv_pmn.zip"), [1, 2, 3, 4, 5]);
        Assert.That(
            () => source.LoadAsync(AcsTasks.Income, ["MN"]),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("zip")
        );
        Assert.That(
            () => AcsPumsSource.LoadFileAsync(AcsTasks.Income, path, new AcsReadOptions { Density = 0.5 }),
            Throws.ArgumentException
        );
    }

    /// <summary>A state file has 280 columns; of a hundred thousand people only what a task needs is kept.</summary>
    [Test]
    [Category("Long")]
    public async Task A_file_of_a_hundred_thousand_people_is_streamed()
    {
        string path = Path.Combine(folder, "large.csv");
        string[] lines = File("RELP", "P").TrimEnd().Split('\n');
        await using (StreamWriter writer = new(path))
        {
            await writer.WriteLineAsync(lines[0] + string.Concat(Enumerable.Range(0, 235).Select(i => $",X{i}")));
            string more = string.Concat(Enumerable.Repeat(",12345", 235));
            for (int i = 0; i < 100_000; i++)
            {
                await writer.WriteLineAsync(lines[1 + (i % 4)] + more);
            }
        }
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        AuditPopulation people = await AcsPumsSource.LoadFileAsync(AcsTasks.AuditEmployment, path);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.That(people.Count, Is.EqualTo(100_000));
        Assert.That(after - before, Is.LessThan(50_000_000), "16 features, a label and a group of each");
    }

    private static Task<AuditPopulation> Load(string root) =>
        AcsPumsSource.Open(root, 2018, AcsHorizon.OneYear).LoadAsync(AcsTasks.AuditEmployment, ["mn"]);

    private static void AssertEqual(AuditPopulation found, AuditPopulation expected)
    {
        Assert.That(found.Features.ToArray(), Is.EqualTo(expected.Features.ToArray()));
        Assert.That(found.Labels.ToArray(), Is.EqualTo(expected.Labels.ToArray()));
        Assert.That(found.Group.ToArray(), Is.EqualTo(expected.Group.ToArray()));
    }

    /// <summary>Four invented people in the layout of a person file.</summary>
    private static string File(string relation, string kind) =>
        $"""
            RT,PUMA,ST,PWGTP,AGEP,CIT,COW,DEAR,DEYE,DREM,ESP,JWMNP,JWTR,MAR,MIG,MIL,{relation},SCHL,SEX,WKHP,ANC,DIS,ESR,NATIVITY,OCCP,PINCP,POVPIP,POWPUMA,RAC1P
            {kind},100,27,10,40,1,1,2,2,2,,25,1,1,1,4,16,21,1,40,1,2,1,1,10,60000,400,100,1
            {kind},100,27,10,2,1,,2,2,,1,,,5,1,,8,,2,,1,2,,1,,,300,,2
            {kind},100,27,10,23,1,5,2,2,2,,10,1,5,3,1,16,19,1,50,1,2,4,1,9830,30000,200,100,9
            {kind},100,27,10,70,1,,2,2,2,,,,2,1,4,8,16,2,,1,1,6,1,,12000,150,,1

            """.ReplaceLineEndings("\n");
}
