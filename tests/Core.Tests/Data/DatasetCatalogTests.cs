using ResearchKit.Data;
using ResearchKit.Goldens;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class DatasetCatalogTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private DatasetCatalog Catalog() => new(new DatasetCatalogOptions { Root = _folder.Path });

    [Test]
    public void EmbeddedEntriesAreWhole()
    {
        DatasetCatalog catalog = Catalog();
        string[] names = [.. catalog.Entries.Select(e => e.Name)];
        Assert.Multiple(() =>
        {
            Assert.That(names, Has.Length.GreaterThanOrEqualTo(100).And.Ordered.And.Unique);
            foreach (DatasetInfo entry in catalog.Entries)
            {
                Assert.That(
                    entry.SubsetOf is null || names.Contains(entry.SubsetOf),
                    Is.True,
                    $"{entry.Name} is a part of {entry.SubsetOf}"
                );
                Assert.That(entry.Licence, Is.Not.Empty, entry.Name);
                Assert.That(entry.Files.Select(f => f.Path), Is.Unique, entry.Name);
                Assert.That(entry.IsUserEntry, Is.False);
            }
        });
    }

    [TestCase("mnist", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9912422)]
    [TestCase("fashion-mnist", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26421880)]
    [TestCase("cifar10", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170052171)]
    [TestCase("movielens-1m", "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20", 5917549)]
    [TestCase("ego-facebook", "f41c026ed8af3cc3359f1ca5573d0605fb09ae0eefa34544b820fd8c6e2ef296", 854362)]
    public void KnownChecksumsAreThere(string name, string sha256, long bytes)
    {
        DatasetFile file = Catalog().GetInfo(name).Files[0];
        Assert.That((file.Sha256, file.Bytes), Is.EqualTo((sha256, bytes)));
    }

    [Test]
    public void WhatIsAbsentNamesTheCommandTheSizeAndTheLicence()
    {
        var error = Assert.ThrowsAsync<DatasetNotFoundException>(() => Catalog().RequireAsync("cifar10")).GetAwaiter().GetResult()!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCodes.DatasetAbsent));
            Assert.That(error.Dataset, Is.EqualTo("cifar10"));
            Assert.That(error.Message, Does.Contain("cifar10").And.Contain(_folder.Path));
            Assert.That(
                error.Remedy,
                Does.Contain("researchkit data fetch cifar10").And.Contain("162").And.Contain("MiB").And.Contain("licence: not stated")
            );
        });
    }

    [Test]
    public void WhatIsGotByHandNamesTheSteps()
    {
        Assert.That(
            () => Catalog().RequireAsync("celeba"),
            Throws
                .InstanceOf<DatasetNotFoundException>()
                .With.Property("Remedy")
                .Contains("1. Agree")
                .And.Property("Remedy")
                .Contains("--from FOLDER")
        );
        Assert.That(
            () => Catalog().FetchAsync("wiki-dpr"),
            Throws.InstanceOf<DatasetNotFoundException>().With.Property("Remedy").Contains(Path.Combine(_folder.Path, "wiki-dpr"))
        );
    }

    [Test]
    public void AnUnknownNameNamesTheNearest() =>
        Assert.That(() => Catalog().GetInfo("cifar11"), Throws.ArgumentException.With.Message.Contains("cifar10"));

    [Test]
    public void TemplatesStandForOneEntryAStateAndYear()
    {
        DatasetInfo info = Catalog().GetInfo("acs-pums-2018-1-year-mn");
        Assert.Multiple(() =>
        {
            Assert.That(
                info.Files[0].Urls,
                Is.EqualTo(new[] { "https://www2.census.gov/programs-surveys/acs/data/pums/2018/1-Year/csv_pmn.zip" })
            );
            Assert.That(info.Folders, Is.EqualTo(new[] { "acs-pums/2018/1-year/mn" }));
            Assert.That(info.Files[0].UnpackedFolder, Is.EqualTo("csv_pmn"));
            Assert.That(() => Catalog().GetInfo("acs-pums-2018-1-year-xx"), Throws.ArgumentException);
            Assert.That(() => Catalog().GetInfo("acs-pums-{year}-{horizon}-{state}"), Throws.ArgumentException);
        });
    }

    [TestCase("ego-facebook")]
    [TestCase("graphs/ego-facebook")]
    public async Task AFolderIsFoundUnderAnyOfItsNames(string folder)
    {
        string path = Path.Combine(_folder.Path, folder, "facebook_combined.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (FileStream file = File.Create(path))
            file.SetLength(854362);
        Assert.That(Catalog().Find("ego-facebook")!.FilePath("facebook_combined.txt"), Is.EqualTo(path));
        Assert.That((await Catalog().VerifyAsync("ego-facebook")).IsWhole, Is.False, "only the size is right");

        await using (FileStream file = File.Create(path))
            file.SetLength(100);
        Assert.That(Catalog().Find("ego-facebook"), Is.Null);
        Assert.That(
            () => Catalog().RequireAsync("ego-facebook"),
            Throws.InstanceOf<DatasetNotFoundException>().With.Message.Contains("100 bytes instead of 854362")
        );
    }

    [Test]
    public void UserEntriesReplaceAndAddAndMustBeRight()
    {
        string entries = Path.Combine(_folder.Path, "catalog.d");
        Directory.CreateDirectory(entries);
        File.WriteAllText(
            Path.Combine(entries, "mine.json"),
            """{ "name": "mine", "title": "Mine", "licence": "CC0-1.0", "files": [ { "path": "a.csv", "urls": ["https://example.org/a.csv"] } ] } // a comment"""
        );
        Assert.That(Catalog().GetInfo("mine").IsUserEntry, Is.True);

        foreach (
            (string json, string problem) in new[]
            {
                ("""{ "name": "x", "title": "x", "licence": "x", "sha265": "typo" }""", "sha265"),
                ("""{ "name": "x", "title": "x" }""", "licence"),
                ("""{ "name": "../x", "title": "x", "licence": "x", "manualSteps": ["a"] }""", "lower-case"),
                ("""{ "name": "x", "title": "x", "licence": "x" }""", "by hand"),
                (
                    """{ "name": "x", "title": "x", "licence": "x", "files": [ { "path": "../a", "urls": ["https://e.org/a"] } ] }""",
                    "stays in its folder"
                ),
                ("""{ "name": "x", "title": "x", "licence": "x", "files": [ { "path": "a", "urls": ["file:///a"] } ] }""", "https"),
                (
                    """{ "name": "x", "title": "x", "licence": "x", "files": [ { "path": "a", "sha256": "AB", "urls": ["https://e.org/a"] } ] }""",
                    "SHA-256"
                ),
                ("""{ "name": """, "entry"),
            }
        )
        {
            File.WriteAllText(Path.Combine(entries, "mine.json"), json);
            Assert.That(() => Catalog(), Throws.InstanceOf<MalformedFileException>().With.Message.Contains(problem), json);
        }
    }

    [Test]
    public void TheRootIsWhatTheVariableNamesElseTheCache()
    {
        string? before = Environment.GetEnvironmentVariable("RESEARCHKIT_DATA");
        try
        {
            Environment.SetEnvironmentVariable("RESEARCHKIT_DATA", _folder.Path);
            Assert.That(DatasetCatalog.DefaultRoot, Is.EqualTo(_folder.Path));
            Environment.SetEnvironmentVariable("RESEARCHKIT_DATA", "");
            Assert.That(DatasetCatalog.DefaultRoot, Does.EndWith(Path.Combine("researchkit", "data")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("RESEARCHKIT_DATA", before);
        }
    }

    [Test]
    public async Task SmallCopiesBesideTheCheckoutAreFoundAndWhole()
    {
        var catalog = new DatasetCatalog(new DatasetCatalogOptions { Root = GoldenFiles.Data() });
        string[] here = [.. catalog.Entries.Where(e => e.Parameters is null && catalog.Find(e.Name) is not null).Select(e => e.Name)];
        Assert.That(
            here,
            Is.SupersetOf(
                new[] { "karate", "pubmed", "fl-mnist", "rag-mmlu", "moe-harmoeny", "images-omniglot", "adult", "agents", "plexus-traces" }
            )
        );
        Assert.That(
            here,
            Does.Not.Contain("mnist").And.Not.Contain("fashion-mnist").And.Not.Contain("cifar10"),
            "a part never passes for the whole"
        );
        foreach (string name in here)
        {
            DatasetVerification verification = await catalog.VerifyAsync(name);
            Assert.That(verification.Files.Where(f => f.State != DatasetFileState.Right), Is.Empty, name);
        }
    }
}
