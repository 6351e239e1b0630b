using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Data;

/// <summary>Fetching over a real HTTP server on loopback, with everything that goes wrong on the way.</summary>
[TestFixture]
public sealed class DatasetFetchTests
{
    private LoopbackServer _server = null!;
    private TemporaryFolder _folder = null!;
    private HttpClient _http = null!;

    [SetUp]
    public void SetUp()
    {
        _server = new LoopbackServer();
        _folder = new TemporaryFolder();
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    }

    [TearDown]
    public void TearDown()
    {
        _http.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private string Root => Path.Combine(_folder.Path, "data");

    private string At(string relative) => Path.Combine(Root, "toy", relative);

    [Test]
    public async Task AFileIsFetchedOnceAndChecked()
    {
        byte[] content = Serve("file.bin", 50_000);
        var progress = new List<DatasetProgress>();
        DatasetCatalog catalog = Catalog(File("file.bin", content));
        DatasetFolder fetched = await catalog.FetchAsync("toy", progress: new Listener(progress));
        await catalog.FetchAsync("toy");
        Assert.Multiple(() =>
        {
            Assert.That(System.IO.File.ReadAllBytes(fetched.FilePath("file.bin")), Is.EqualTo(content));
            Assert.That(Directory.GetFiles(fetched.Path), Has.Length.EqualTo(1), "no .part is left");
            Assert.That(_server.Requests, Has.Count.EqualTo(1), "what is here is not fetched again");
            Assert.That(progress[^1].Phase, Is.EqualTo(DatasetPhase.Done));
            Assert.That(progress.Where(p => p.Phase == DatasetPhase.Transferring).Select(p => p.Bytes), Is.Ordered.Ascending);
        });
    }

    [Test]
    public async Task ABrokenTransferGoesOnWhereItStopped()
    {
        byte[] content = Serve("file.bin", 300_000, drops: [100_000, 100_000, 250_000]);
        await Catalog(File("file.bin", content)).FetchAsync("toy");
        Assert.Multiple(() =>
        {
            Assert.That(System.IO.File.ReadAllBytes(At("file.bin")), Is.EqualTo(content));
            Assert.That(_server.Requests.Select(r => r.Range).First(), Is.Null);
            Assert.That(_server.Requests.Skip(1).Select(r => (r.Range is not null, r.IfRange)), Is.All.EqualTo((true, "\"1\"")));
            Assert.That(_server.Requests, Has.Count.EqualTo(4));
        });
    }

    [Test]
    public async Task AFileThatChangedMeanwhileIsFetchedAnew()
    {
        Serve("file.bin", 200_000, drops: [150_000]);
        byte[] changed = Bytes(180_000, "changed");
        LoopbackServer.Resource old = _server.Resources["file.bin"];
        var swapped = new LoopbackServer.Resource(changed, "\"2\"");
        _server.Resources["file.bin"] = new LoopbackServer.Resource(old.Content)
        {
            OnChunk = at =>
            {
                _server.Resources["file.bin"] = swapped;
                return Task.CompletedTask;
            },
        };
        _server.Resources["file.bin"].Drops.Enqueue(150_000);
        await Catalog(File("file.bin", changed)).FetchAsync("toy");
        Assert.That(System.IO.File.ReadAllBytes(At("file.bin")), Is.EqualTo(changed));
        Assert.That(_server.Requests[1].IfRange, Is.EqualTo("\"1\""), "the second request asked for the rest of the old file");
    }

    [Test]
    public async Task WithoutAValidatorADownloadStartsAnew()
    {
        byte[] content = Bytes(100_000, "plain");
        _server.Resources["file.bin"] = new LoopbackServer.Resource(content, etag: null);
        _server.Resources["file.bin"].Drops.Enqueue(60_000);
        await Catalog(File("file.bin", content)).FetchAsync("toy");
        Assert.That(System.IO.File.ReadAllBytes(At("file.bin")), Is.EqualTo(content));
        Assert.That(_server.Requests.Select(r => r.Range), Is.All.Null);
    }

    [Test]
    public async Task ACancelledDownloadKeepsItsPartAndGoesOnLater()
    {
        byte[] content = Bytes(400_000, "cancel");
        using var cancel = new CancellationTokenSource();
        _server.Resources["file.bin"] = new LoopbackServer.Resource(content)
        {
            OnChunk = async at =>
            {
                if (at >= 200_000)
                {
                    // The client has to have written something for something to be kept.
                    for (int i = 0; i < 2000 && new FileInfo(At("file.bin.part")) is not { Exists: true, Length: > 0 }; i++)
                        await Task.Delay(5);
                    await cancel.CancelAsync();
                }
            },
        };
        DatasetCatalog catalog = Catalog(File("file.bin", content));
        Assert.That(() => catalog.FetchAsync("toy", cancellationToken: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        long kept = new FileInfo(At("file.bin.part")).Length;
        Assert.That(kept, Is.InRange(1, content.Length - 1));
        Assert.That(catalog.Find("toy"), Is.Null);

        _server.Resources["file.bin"] = new LoopbackServer.Resource(content);
        await Catalog(File("file.bin", content)).FetchAsync("toy");
        Assert.That(System.IO.File.ReadAllBytes(At("file.bin")), Is.EqualTo(content));
        Assert.That(_server.Requests[^1].Range, Is.EqualTo($"bytes={kept}-"));
    }

    [Test]
    public async Task AWholePartIsNotFetchedAgain()
    {
        byte[] text = Bytes(30_000, "whole");
        byte[] packed = Gzip(text);
        _server.Resources["file.txt.gz"] = new LoopbackServer.Resource(packed);
        DatasetCatalog catalog = Catalog(File("file.txt", text, unpack: "gzip", url: "file.txt.gz"));
        Directory.CreateDirectory(At(""));
        System.IO.File.WriteAllBytes(At("file.txt.gz.part"), packed);
        System.IO.File.WriteAllText(At("file.txt.gz.part.json"), $$"""{"url":"{{_server.Address}}file.txt.gz","validator":"\"1\""}""");
        await catalog.FetchAsync("toy");
        Assert.That(System.IO.File.ReadAllBytes(At("file.txt")), Is.EqualTo(text));
        Assert.That(_server.Requests.Single().Range, Is.EqualTo($"bytes={packed.Length}-"));
        Assert.That(Directory.GetFiles(At("")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task AWrongChecksumIsReportedKeptAndOnlyAcceptedOnWord()
    {
        byte[] content = Serve("file.bin", 10_000);
        string sum = Checksum.Sha256(content);
        string other = new('a', 64);
        JsonObject file = File("file.bin", content);
        file["sha256"] = other;
        DatasetCatalog catalog = Catalog(file);
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => catalog.FetchAsync("toy"));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Code, Is.EqualTo(ErrorCodes.ChecksumDiffers));
            Assert.That(error.Message, Does.Contain(sum).And.Contain(other).And.Contain(".rejected"));
            Assert.That(System.IO.File.ReadAllBytes(At("file.bin.rejected")), Is.EqualTo(content));
            Assert.That(catalog.Find("toy"), Is.Null);
        });

        await catalog.AcceptChecksumAsync("toy");
        DatasetVerification verification = await new DatasetCatalog(new DatasetCatalogOptions { Root = Root }).VerifyAsync("toy");
        Assert.That(
            verification.Files.Single(),
            Is.EqualTo(new DatasetFileCheck("file.bin", DatasetFileState.Right, sum, sum, ChecksumOrigin.User))
        );
        Assert.That(() => catalog.AcceptChecksumAsync("toy"), Throws.InstanceOf<ResearchKitException>().With.Message.Contains("rejected"));
    }

    [Test]
    public async Task AMirrorHelpsOutAndAPassingFailureIsOvercome()
    {
        byte[] content = Serve("mirror/file.bin", 20_000);
        _server.Resources["mirror/file.bin"].Statuses.Enqueue(503);
        JsonObject file = File("file.bin", content);
        file["urls"] = new JsonArray(_server.Address + "gone/file.bin", _server.Address + "mirror/file.bin");
        await Catalog(file).FetchAsync("toy");
        Assert.That(_server.Requests.Select(r => r.Path), Is.EqualTo(new[] { "gone/file.bin", "mirror/file.bin", "mirror/file.bin" }));
    }

    [Test]
    public async Task GivingUpNamesEveryAddress()
    {
        byte[] content = Serve("stuck.bin", 20_000);
        foreach (int _ in Enumerable.Range(0, 20))
            _server.Resources["stuck.bin"].Statuses.Enqueue(500);
        JsonObject file = File("file.bin", content);
        file["urls"] = new JsonArray(_server.Address + "gone.bin", _server.Address + "stuck.bin");
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => Catalog(file).FetchAsync("toy"));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.DownloadFailed));
        Assert.That(error.Message, Does.Contain("gone.bin").And.Contain("404").And.Contain("stuck.bin").And.Contain("500"));
    }

    [Test]
    public async Task AnAnswerFarBeyondTheDeclaredSizeIsCutOff()
    {
        byte[] content = Serve("file.bin", 2_000_000);
        JsonObject file = File("file.bin", content);
        file["bytes"] = 1000;
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => Catalog(file).FetchAsync("toy"));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.DownloadFailed));
        Assert.That(error.Message, Does.Contain("ten times"));
    }

    [Test]
    public void APartInUseByAnotherProcessIsLeftAlone()
    {
        byte[] content = Serve("file.bin", 1000);
        DatasetCatalog catalog = Catalog(File("file.bin", content));
        Directory.CreateDirectory(At(""));
        using var held = new FileStream(At("file.bin.part"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Assert.That(() => catalog.FetchAsync("toy"), Throws.InstanceOf<ResearchKitException>().With.Message.Contains("another process"));
    }

    [TestCase("zip")]
    [TestCase("tar")]
    [TestCase("tar.gz")]
    public async Task ArchivesAreUnpackedAndTheirFilesVerified(string kind)
    {
        byte[] archive = Archive(kind, ("a.txt", "one"), ("deep/b.txt", "two"));
        _server.Resources["set"] = new LoopbackServer.Resource(archive);
        DatasetCatalog catalog = Catalog(File($"set.{kind}", archive, kind, "set"));
        DatasetFolder folder = await catalog.FetchAsync("toy");
        Assert.That(System.IO.File.ReadAllText(folder.FilePath("set/deep/b.txt")), Is.EqualTo("two"));
        Assert.That((await catalog.VerifyAsync("toy")).IsWhole, Is.True);
        Assert.That(System.IO.File.Exists(At($"set.{kind}")), Is.False, "the archive itself is not kept");

        System.IO.File.WriteAllText(At("set/a.txt"), "changed");
        System.IO.File.Delete(At("set/deep/b.txt"));
        DatasetVerification damaged = await catalog.VerifyAsync("toy");
        Assert.That(
            damaged.Files.Select(f => (f.Path, f.State)),
            Is.EqualTo(
                new[]
                {
                    ($"set.{kind}", DatasetFileState.Right),
                    ("set/a.txt", DatasetFileState.Different),
                    ("set/deep/b.txt", DatasetFileState.Missing),
                }
            )
        );
    }

    [TestCase("zip", "../evil.txt")]
    [TestCase("zip", "a/../../evil.txt")]
    [TestCase("zip", "/evil.txt")]
    [TestCase("zip", "..\\evil.txt")]
    [TestCase("zip", "C:evil.txt")]
    [TestCase("tar.gz", "../evil.txt")]
    [TestCase("tar", "/evil.txt")]
    public async Task AnArchiveThatLeavesItsFolderIsRefused(string kind, string evil)
    {
        byte[] archive = Archive(kind, ("good.txt", "good"), (evil, "evil"));
        await Refused(kind, archive, "stay in the archive's folder");
        Assert.That(Directory.GetFiles(_folder.Path, "evil.txt", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase(TarEntryType.SymbolicLink)]
    [TestCase(TarEntryType.HardLink)]
    [TestCase(TarEntryType.Fifo)]
    public async Task LinksAndDevicesInATarAreRefused(TarEntryType type)
    {
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, leaveOpen: true))
        {
            var link = new PaxTarEntry(type, "link");
            if (type != TarEntryType.Fifo)
                link.LinkName = "../../outside";
            tar.WriteEntry(link);
        }

        await Refused("tar", buffer.ToArray(), "files and folders only");
    }

    [Test]
    public async Task ALinkInAZipIsRefused()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            ZipArchiveEntry link = zip.CreateEntry("link");
            link.ExternalAttributes = unchecked((int)0xA1FF0000);
            using Stream target = link.Open();
            target.Write("/etc/passwd"u8);
        }

        await Refused("zip", buffer.ToArray(), "files and folders only");
    }

    [TestCase("zip")]
    [TestCase("tar.gz")]
    public Task AnArchiveThatGrowsBeyondTenTimesItsSizeIsRefused(string kind) =>
        Refused(kind, Archive(kind, ("bomb.txt", new string('0', 3_000_000))), "ten times");

    [Test]
    public Task AFileTwiceInAnArchiveIsRefused() => Refused("zip", Archive("zip", ("a.txt", "1"), ("a.txt", "2")), "each file once");

    [Test]
    public async Task ATruncatedArchiveIsRefused()
    {
        byte[] whole = Archive("tar.gz", ("a.bin", string.Concat(Enumerable.Range(0, 50_000))));
        await Refused("tar.gz", whole[..(whole.Length / 2)], "whole archive");
        await Refused("zip", Archive("zip", ("a.txt", "1"))[..30], "whole archive");
    }

    [Test]
    public async Task GzipOfTheWrongContentIsReportedWithTheUnpackedSum()
    {
        byte[] text = Bytes(5000, "text");
        _server.Resources["file.txt.gz"] = new LoopbackServer.Resource(Gzip(Bytes(5000, "other")));
        DatasetCatalog catalog = Catalog(File("file.txt", text, "gzip", "file.txt.gz"));
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => catalog.FetchAsync("toy"));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.ChecksumDiffers));
        Assert.That(System.IO.File.ReadAllBytes(At("file.txt.rejected")), Is.EqualTo(Bytes(5000, "other")));
        Assert.That(Directory.GetFiles(At("")), Has.Length.EqualTo(1));

        _server.Resources["file.txt.gz"] = new LoopbackServer.Resource(Bytes(100, "no gzip"));
        Assert.That(() => catalog.FetchAsync("toy"), Throws.InstanceOf<MalformedFileException>());
    }

    [Test]
    public async Task FilesAreImportedFromAFolderAndTrustedOnFirstUse()
    {
        string source = Path.Combine(_folder.Path, "source");
        Directory.CreateDirectory(source);
        string path = Path.Combine(source, "file.txt");
        System.IO.File.WriteAllText(path, "first");
        DatasetCatalog catalog = Catalog(
            new JsonObject { ["path"] = "sub/file.txt", ["urls"] = new JsonArray("https://example.org/file.txt") }
        );
        DatasetFolder folder = await catalog.FetchAsync("toy", source);
        DatasetFileCheck check = (await catalog.VerifyAsync("toy")).Files.Single();
        Assert.That(
            (check.State, check.Origin, check.Expected),
            Is.EqualTo((DatasetFileState.Right, ChecksumOrigin.FirstUse, Checksum.Sha256("first"u8)))
        );

        System.IO.File.Delete(folder.FilePath("sub/file.txt"));
        System.IO.File.WriteAllText(path, "second");
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => catalog.FetchAsync("toy", source));
        Assert.That(error!.Message, Does.Contain("first download on this machine").And.Contain(Checksum.Sha256("second"u8)));
        Assert.That(
            () => catalog.FetchAsync("toy", Path.Combine(_folder.Path, "nowhere")),
            Throws.InstanceOf<DatasetNotFoundException>().With.Message.Contains("sub/file.txt")
        );
    }

    [Test]
    public void AnAddressWithoutTlsNeedsAChecksum() =>
        Assert.That(
            () => Catalog(new JsonObject { ["path"] = "f", ["urls"] = new JsonArray("http://example.org/f") }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("not https")
        );

    private async Task Refused(string kind, byte[] archive, string reason)
    {
        _server.Resources["set"] = new LoopbackServer.Resource(archive);
        DatasetCatalog catalog = Catalog(File($"set.{kind}", archive, kind, "set"));
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => catalog.FetchAsync("toy"));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Message, Does.Contain(reason));
            Assert.That(catalog.Find("toy"), Is.Null);
            Assert.That(
                Directory.GetFileSystemEntries(At("")),
                Is.EqualTo(new[] { At($"set.{kind}.rejected") }),
                "nothing but the rejected archive is left"
            );
        });
        Directory.Delete(At(""), recursive: true);
    }

    private DatasetCatalog Catalog(JsonObject file)
    {
        var entry = new JsonObject
        {
            ["name"] = "toy",
            ["title"] = "A toy",
            ["licence"] = "MIT",
            ["files"] = new JsonArray(file),
        };
        Directory.CreateDirectory(Path.Combine(Root, "catalog.d"));
        System.IO.File.WriteAllText(Path.Combine(Root, "catalog.d", "toy.json"), entry.ToJsonString());
        return new DatasetCatalog(
            new DatasetCatalogOptions
            {
                Root = Root,
                Http = _http,
                MaxResumes = 3,
                ResumeDelay = TimeSpan.FromMilliseconds(1),
            }
        );
    }

    private JsonObject File(string path, byte[] content, string? unpack = null, string? url = null)
    {
        var file = new JsonObject
        {
            ["path"] = path,
            ["urls"] = new JsonArray(_server.Address + (url ?? path)),
            ["bytes"] = content.Length,
            ["sha256"] = Checksum.Sha256(content),
        };
        if (unpack is not null)
            file["unpack"] = unpack;
        return file;
    }

    private byte[] Serve(string path, int length, int[]? drops = null)
    {
        byte[] content = Bytes(length, path);
        var resource = new LoopbackServer.Resource(content);
        foreach (int drop in drops ?? [])
            resource.Drops.Enqueue(drop);
        _server.Resources[path] = resource;
        return content;
    }

    private static byte[] Bytes(int length, string name)
    {
        var words = new uint[(length / 4) + 1];
        RandomStream.Named("tests/fetch", name).Fill(words.AsSpan());
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan())[..length].ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return buffer.ToArray();
    }

    private static byte[] Archive(string kind, params (string Name, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        if (kind == "zip")
        {
            using var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, string text) in files)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }
        else
        {
            using var tar = new TarWriter(buffer, leaveOpen: true);
            foreach ((string name, string text) in files)
            {
                using var data = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        }

        return kind == "tar.gz" ? Gzip(buffer.ToArray()) : buffer.ToArray();
    }

    private sealed class Listener(List<DatasetProgress> to) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => to.Add(value);
    }
}
