namespace ResearchKit.Storage;

/// <summary>
/// Writes a folder whole or not at all: under a temporary name beside it, every file flushed to the disk, then renamed. After a failure or a cancellation the
/// temporary folder is gone; after a crash a <c>*.tmp</c> folder may remain, which no reader takes for a result.
/// </summary>
public static class AtomicFolder
{
    /// <summary>Writes a folder. The folder above is made if it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="write">Writes files and folders below the path it is given.</param>
    /// <param name="replace">
    /// Whether a folder of that name may be replaced. It is renamed away first: a crash at that very moment leaves neither, which a reader sees as not written.
    /// </param>
    /// <param name="cancellationToken">Cancels until the rename.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, names a file, or names a folder and <paramref name="replace"/> is false.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static async Task WriteAsync(
        string path,
        Func<string, CancellationToken, Task> write,
        bool replace = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path) || (!replace && Directory.Exists(path)))
        {
            throw new ArgumentException($"{path} is already there.", nameof(path));
        }
        var temporary = WriteFailure.Guard(
            path,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return TemporaryName.CreateFolder(path);
            }
        );
        try
        {
            await write(temporary, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            WriteFailure.Guard(
                path,
                () =>
                {
                    Flush(temporary);
                    Rename(temporary, path);
                }
            );
        }
        catch (Exception exception)
        {
            TemporaryName.DeleteFolder(temporary);
            WriteFailure.ThrowIfDisk(path, exception);
            throw;
        }
    }

    private static void Flush(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
    }

    private static void Rename(string temporary, string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.Move(temporary, path);
            return;
        }
        var old = TemporaryName.CreateFolder(path);
        Directory.Delete(old);
        Directory.Move(path, old);
        Directory.Move(temporary, path);
        TemporaryName.DeleteFolder(old);
    }
}
