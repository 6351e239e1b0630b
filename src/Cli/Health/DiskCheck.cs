using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary>The file system of a folder: space, kind, hard links, locks, how long a write takes to reach the disk.</summary>
/// <param name="topic">What the folder is for.</param>
/// <param name="folder">The folder; it need not exist yet.</param>
/// <param name="clock">The clock.</param>
internal sealed class DiskCheck(string topic, string folder, TimeProvider clock) : IHealthCheck
{
    private const long Little = 2L << 30;
    private const double SlowMilliseconds = 50;

    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        string existing = NearestExisting(Path.GetFullPath(folder));
        yield return Space(existing);
        string probe = Path.Combine(existing, $".researchkit-doctor-{Environment.ProcessId}");
        if (TryCreate(probe) is { } problem)
        {
            yield return HealthLine.Error(
                topic,
                $"{existing} cannot be written: {problem}",
                $"Allow writing to it, or name another folder."
            );
            yield break;
        }

        try
        {
            yield return Links(probe);
            yield return Locks(probe);
            yield return Latency(probe);
        }
        finally
        {
            Directory.Delete(probe, recursive: true);
        }
    }

    private HealthLine Space(string existing)
    {
        try
        {
            DriveInfo drive = new(existing);
            string fact = $"{Path.GetFullPath(folder)}: {new ByteSize(drive.AvailableFreeSpace)} free, file system {drive.DriveFormat}";
            return drive.AvailableFreeSpace < Little
                ? HealthLine.Warning(topic, fact, "Free space, or name a folder on another disk.")
                : HealthLine.Ok(topic, fact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return HealthLine.Warning(
                topic,
                $"{existing}: the file system does not tell its free space ({e.Message})",
                "Look at it with df."
            );
        }
    }

    private HealthLine Links(string probe)
    {
        string file = Path.Combine(probe, "original");
        File.WriteAllText(file, "x");
        return HardLink.TryCreate(file, Path.Combine(probe, "link"))
            ? HealthLine.Ok(topic, "hard links work")
            : HealthLine.Warning(
                topic,
                "hard links do not work here",
                "Files that could be shared are copied; nothing else depends on it."
            );
    }

    private HealthLine Locks(string probe)
    {
        string file = Path.Combine(probe, "lock");
        using FileStream first = new(file, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using FileStream second = new(file, FileMode.Open, FileAccess.Write, FileShare.None);
            return HealthLine.Warning(
                topic,
                "file locks do not work here",
                "Two finalisers of one run may do the same work twice; results do not depend on it."
            );
        }
        catch (IOException)
        {
            return HealthLine.Ok(topic, "file locks work");
        }
    }

    private HealthLine Latency(string probe)
    {
        const int repeats = 9;
        double[] milliseconds = new double[repeats];
        using FileStream stream = new(Path.Combine(probe, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int i = 0; i < repeats; i++)
        {
            long start = clock.GetTimestamp();
            stream.Write("two hundred bytes would be a row; fewer make no difference\n"u8);
            stream.Flush(flushToDisk: true);
            milliseconds[i] = clock.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        double median = milliseconds[repeats / 2];
        string fact = string.Create(CultureInfo.InvariantCulture, $"write + fsync {median:0.0} ms");
        return median > SlowMilliseconds
            ? HealthLine.Warning(topic, fact, "--durability process waits for no disk; a power loss may then cost finished cells.")
            : HealthLine.Ok(topic, fact);
    }

    private static string? TryCreate(string probe)
    {
        try
        {
            Directory.CreateDirectory(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static string NearestExisting(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return path;
    }
}
