using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class AtomicFolderTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("researchkit-atomic-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Target => Path.Combine(_folder, "deep", "run");

    private static Task Write(string folder, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        return File.WriteAllTextAsync(Path.Combine(folder, "inner", "a.txt"), text);
    }

    private string Content => File.ReadAllText(Path.Combine(Target, "inner", "a.txt"));

    private string[] Siblings => Directory.GetFileSystemEntries(Path.Combine(_folder, "deep"));

    [Test]
    public async Task A_folder_arrives_whole_and_is_replaced_only_when_asked()
    {
        await AtomicFolder.WriteAsync(Target + Path.DirectorySeparatorChar, (folder, _) => Write(folder, "one"));
        Assert.That(Content, Is.EqualTo("one"));
        Assert.That(async () => await AtomicFolder.WriteAsync(Target, (folder, _) => Write(folder, "two")), Throws.ArgumentException);
        Assert.That(Content, Is.EqualTo("one"));
        await AtomicFolder.WriteAsync(Target, (folder, _) => Write(folder, "two"), replace: true);
        Assert.That(Content, Is.EqualTo("two"));
        Assert.That(Siblings, Is.EqualTo(new[] { Target }));
    }

    [Test]
    public async Task Failure_and_cancellation_leave_the_old_folder_and_nothing_else()
    {
        await AtomicFolder.WriteAsync(Target, (folder, _) => Write(folder, "old"));
        Assert.That(
            async () =>
                await AtomicFolder.WriteAsync(
                    Target,
                    async (folder, _) =>
                    {
                        await Write(folder, "half");
                        throw new InvalidOperationException();
                    },
                    replace: true
                ),
            Throws.InvalidOperationException
        );
        using var source = new CancellationTokenSource();
        Assert.That(
            async () =>
                await AtomicFolder.WriteAsync(
                    Target,
                    async (folder, _) =>
                    {
                        await Write(folder, "half");
                        await source.CancelAsync();
                    },
                    replace: true,
                    source.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(
            async () =>
                await AtomicFolder.WriteAsync(Target, (_, _) => throw new IOException("No space left on device", 28), replace: true),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.WriteFailed)
        );
        Assert.That(Content, Is.EqualTo("old"));
        Assert.That(Siblings, Is.EqualTo(new[] { Target }));
    }

    [Test]
    public void A_place_that_cannot_be_written_is_a_write_failure()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.That(async () => await AtomicFolder.WriteAsync(file, (_, _) => Task.CompletedTask, replace: true), Throws.ArgumentException);
        Assert.That(
            async () => await AtomicFolder.WriteAsync(Path.Combine(file, "below"), (_, _) => Task.CompletedTask),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.WriteFailed)
        );
    }
}
