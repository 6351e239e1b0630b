using System.Text;

namespace ResearchKit.Storage;

/// <summary>
/// Writes a file whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed. After a failure or a cancellation the
/// temporary file is gone and what stood there before still stands there; after a crash a <c>*.tmp</c> file may remain, which no reader takes for a result.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file. Its folder is made if it is not there; a file of that name is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content. The stream can seek; it is flushed and closed here.</param>
    /// <param name="cancellationToken">Cancels until the rename.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or names an existing folder.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static async Task WriteAsync(
        string path,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        var (temporary, stream) = Open(path, FileOptions.Asynchronous);
        try
        {
            await using (stream)
            {
                await write(stream, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                WriteFailure.Guard(path, () => stream.Flush(flushToDisk: true));
            }
            WriteFailure.Guard(path, () => File.Move(temporary, path, overwrite: true));
        }
        catch (Exception exception)
        {
            TemporaryName.DeleteFile(temporary);
            WriteFailure.ThrowIfDisk(path, exception);
            throw;
        }
    }

    /// <summary>Writes a file; see <see cref="WriteAsync"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or names an existing folder.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var (temporary, stream) = Open(path, FileOptions.None);
        try
        {
            using (stream)
            {
                write(stream);
                WriteFailure.Guard(path, () => stream.Flush(flushToDisk: true));
            }
            WriteFailure.Guard(path, () => File.Move(temporary, path, overwrite: true));
        }
        catch (Exception exception)
        {
            TemporaryName.DeleteFile(temporary);
            WriteFailure.ThrowIfDisk(path, exception);
            throw;
        }
    }

    /// <summary>Writes a text as UTF-8 without a byte order mark; see <see cref="WriteAsync"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or names an existing folder, or the text holds half a surrogate pair.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static Task WriteTextAsync(string path, string text, CancellationToken cancellationToken = default)
    {
        var bytes = StrictUtf8.GetBytes(text);
        return WriteAsync(path, async (stream, token) => await stream.WriteAsync(bytes, token), cancellationToken);
    }

    /// <summary>Writes bytes; see <see cref="WriteAsync"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or names an existing folder.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static Task WriteBytesAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        WriteAsync(path, async (stream, token) => await stream.WriteAsync(content, token), cancellationToken);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static (string Temporary, FileStream Stream) Open(string path, FileOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
        {
            throw new ArgumentException($"{path} is a folder; a file cannot be written in its place.", nameof(path));
        }
        return WriteFailure.Guard(
            path,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                return TemporaryName.CreateFile(path, options);
            }
        );
    }
}
