using System.Security.Cryptography;
using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// A file that arrives in pieces, hashed as it grows: <c>NAME.part</c>, beside it <c>NAME.part.json</c> with the address it comes from and what tells whether
/// the file there is still the same. It outlives a cancellation, so the next fetch goes on where this one stopped.
/// </summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PartFile(string path, FileStream stream)
    {
        Path = path;
        _stream = stream;
    }

    internal string Path { get; }

    internal long Length { get; private set; }

    /// <summary>Where the bytes so far come from; null if they cannot be continued.</summary>
    internal PartialDownload? Origin { get; private set; }

    private string OriginPath => Path + ".json";

    internal static async Task<PartFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        FileStream stream;
        try
        {
            stream = WriteFailure.Guard(
                path,
                () =>
                {
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                    return new FileStream(
                        path,
                        FileMode.OpenOrCreate,
                        FileAccess.ReadWrite,
                        FileShare.None,
                        1 << 17,
                        FileOptions.Asynchronous
                    );
                }
            );
        }
        catch (ResearchKitException e) when (e.InnerException is IOException && File.Exists(path))
        {
            throw new ResearchKitException(
                ErrorCodes.DownloadFailed,
                $"{path} cannot be opened: another process may be fetching it.",
                "Wait for the other one to end, or end it, and fetch again.",
                e
            );
        }

        var part = new PartFile(path, stream);
        try
        {
            part.Origin = part.ReadOrigin();
            var buffer = new byte[1 << 17];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                part._hash.AppendData(buffer, 0, read);
                part.Length += read;
            }

            return part;
        }
        catch
        {
            await part.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            WriteFailure.ThrowIfDisk(Path, e);
            throw new ResearchKitException(
                ErrorCodes.WriteFailed,
                $"{Path} could not be written: {e.Message}",
                "Check the disk and the folder.",
                e
            );
        }

        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Starts from nothing, with bytes of another origin.</summary>
    internal void Restart(PartialDownload? origin)
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.GetHashAndReset();
        Length = 0;
        Origin = origin;
        if (origin is null)
            File.Delete(OriginPath);
        else
            AtomicFile.Write(OriginPath, stream => JsonSerializer.Serialize(stream, origin, CatalogJson.Default.PartialDownload));
    }

    /// <summary>Brings everything to the disk and gives the SHA-256.</summary>
    internal string Finish()
    {
        WriteFailure.Guard(Path, () => _stream.Flush(flushToDisk: true));
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    /// <summary>Closes the file and gives it its name.</summary>
    internal async Task MoveAsync(string target)
    {
        await DisposeAsync().ConfigureAwait(false);
        WriteFailure.Guard(target, () => File.Move(Path, target, overwrite: true));
        File.Delete(OriginPath);
    }

    /// <summary>Closes the file and removes it.</summary>
    internal async Task DeleteAsync()
    {
        await DisposeAsync().ConfigureAwait(false);
        File.Delete(Path);
        File.Delete(OriginPath);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _hash.Dispose();
    }

    private PartialDownload? ReadOrigin()
    {
        if (!File.Exists(OriginPath))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(OriginPath), CatalogJson.Default.PartialDownload);
        }
        catch (JsonException)
        {
            return null; // without it the download starts anew, which is always right
        }
    }
}
