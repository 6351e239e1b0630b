namespace ResearchKit.Cli.Tests;

public sealed class DiskCheckTests
{
    [Test]
    public async Task A_folder_is_probed_and_left_as_it_was()
    {
        using RunsFolder folder = new();
        List<HealthLine> lines = await LookAsync(Path.Combine(folder.Path, "not", "yet"));
        Assert.That(
            lines.Select(l => l.Fact),
            Has.Some.Contains("free").And.Some.Contains("hard links").And.Some.Contains("locks").And.Some.Contains("fsync")
        );
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_place_that_cannot_be_written_is_an_error()
    {
        Assume.That(Directory.Exists("/proc/self"));
        Assert.That(await LookAsync("/proc/self"), Has.Some.Property(nameof(HealthLine.Status)).EqualTo(HealthStatus.Error));
    }

    private static async Task<List<HealthLine>> LookAsync(string folder)
    {
        List<HealthLine> lines = [];
        await foreach (HealthLine line in new DiskCheck("runs", folder, TimeProvider.System).LookAsync(CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }
}
