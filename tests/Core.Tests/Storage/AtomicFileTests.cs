using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class AtomicFileTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("researchkit-atomic-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Target => Path.Combine(_folder, "deep", "result.json");

    private IEnumerable<string> Files => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories);

    [Test]
    public async Task Content_arrives_whole_and_replaces_what_was_there()
    {
        await AtomicFile.WriteTextAsync(Target, "one é");
        Assert.That(await File.ReadAllBytesAsync(Target), Is.EqualTo(Encoding.UTF8.GetBytes("one é")), "no byte order mark");
        AtomicFile.Write(Target, stream => stream.Write("two"u8));
        Assert.That(await File.ReadAllTextAsync(Target), Is.EqualTo("two"));
        await AtomicFile.WriteBytesAsync(Target, new byte[] { 1, 2 });
        Assert.That(Files, Is.EqualTo(new[] { Target }));
        Assert.That(new FileInfo(Target).Length, Is.EqualTo(2));
    }

    [Test]
    public async Task A_failing_writer_leaves_the_old_content_and_no_rubbish()
    {
        await AtomicFile.WriteTextAsync(Target, "old");
        Assert.That(
            async () =>
                await AtomicFile.WriteAsync(
                    Target,
                    async (stream, cancellationToken) =>
                    {
                        await stream.WriteAsync("half"u8.ToArray(), cancellationToken);
                        throw new InvalidOperationException("the caller's own");
                    }
                ),
            Throws.InvalidOperationException.With.Message.EqualTo("the caller's own")
        );
        Assert.That(() => AtomicFile.Write(Target, _ => throw new InvalidOperationException()), Throws.InvalidOperationException);
        Assert.That(await File.ReadAllTextAsync(Target), Is.EqualTo("old"));
        Assert.That(Files, Is.EqualTo(new[] { Target }));
    }

    [Test]
    public async Task A_full_disk_is_one_error_with_a_remedy()
    {
        await AtomicFile.WriteTextAsync(Target, "old");
        var full = new IOException("No space left on device", 28);
        var error = Assert.Throws<ResearchKitException>(() => AtomicFile.Write(Target, _ => throw full))!;
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.WriteFailed));
        Assert.That(error.Message, Does.Contain(Target).And.Contain("free"));
        Assert.That(error.InnerException, Is.SameAs(full));
        Assert.That(await File.ReadAllTextAsync(Target), Is.EqualTo("old"));
        Assert.That(Files, Is.EqualTo(new[] { Target }));
    }

    [Test]
    public void Cancellation_before_and_during_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        Assert.That(
            async () =>
                await AtomicFile.WriteAsync(
                    Target,
                    async (stream, cancellationToken) =>
                    {
                        await stream.WriteAsync("half"u8.ToArray(), cancellationToken);
                        await source.CancelAsync();
                    },
                    source.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(
            async () => await AtomicFile.WriteTextAsync(Target, "x", source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Files, Is.Empty);
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_a_write_failure_and_a_folder_is_no_file()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.That(
            async () => await AtomicFile.WriteTextAsync(Path.Combine(file, "below"), "x"),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.WriteFailed)
        );
        Assert.That(async () => await AtomicFile.WriteTextAsync(_folder, "x"), Throws.ArgumentException);
        Assert.That(async () => await AtomicFile.WriteTextAsync("", "x"), Throws.ArgumentException);
    }

    [Test]
    public async Task Long_names_fit()
    {
        var path = Path.Combine(_folder, new string('ü', 120) + ".json");
        await AtomicFile.WriteTextAsync(path, "x");
        Assert.That(File.Exists(path));
    }

    [Test]
    public async Task Many_writers_of_one_file_leave_one_whole_content()
    {
        await Parallel.ForAsync(
            0,
            64,
            async (i, cancellationToken) =>
                await AtomicFile.WriteTextAsync(Target, new string((char)('a' + i % 26), 10_000), cancellationToken)
        );
        var text = await File.ReadAllTextAsync(Target);
        Assert.That(text, Has.Length.EqualTo(10_000));
        Assert.That(text.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Files, Is.EqualTo(new[] { Target }));
    }
}
