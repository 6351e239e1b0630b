using System.Formats.Tar;
using System.IO.Compression;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// Unpacks an archive of unknown intent into a fresh folder: no name that leads out of it, no link, no device, no file twice, and no more bytes than the limit,
/// whatever the archive's headers say.
/// </summary>
internal sealed class ArchiveUnpacker(string name, string folder, long limit, Action<long> report)
{
    private const int SymbolicLink = 0xA000;
    private const int FileTypeMask = 0xF000;

    private readonly List<UnpackedFile> _files = [];
    private long _written;

    internal static async Task DecompressAsync(Stream source, Stream target, string name, long limit, CancellationToken cancellationToken)
    {
        await using var gzip = new GzipReader(source);
        await CopyAsync(gzip, target, name, limit, static _ => { }, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<IReadOnlyList<UnpackedFile>> UnpackAsync(Stream archive, Unpacking kind, CancellationToken cancellationToken)
    {
        try
        {
            if (kind == Unpacking.Zip)
            {
                await UnpackZipAsync(archive, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await using Stream tar = kind == Unpacking.TarGzip ? new GzipReader(archive) : archive;
                await UnpackTarAsync(tar, cancellationToken).ConfigureAwait(false);
            }

            return _files;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException)
        {
            throw new MalformedFileException(name, "a whole archive", e.Message, innerException: e);
        }
    }

    private async Task UnpackZipAsync(Stream archive, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (((entry.ExternalAttributes >> 16) & FileTypeMask) == SymbolicLink)
                throw new MalformedFileException(name, "files and folders only", $"the link {entry.FullName}");
            if (entry.FullName.EndsWith('/'))
            {
                Directory.CreateDirectory(PlaceOf(entry.FullName));
                continue;
            }

            await using Stream content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await AddAsync(entry.FullName, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UnpackTarAsync(Stream archive, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(archive, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    await AddAsync(entry.Name, entry.DataStream ?? Stream.Null, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    Directory.CreateDirectory(PlaceOf(entry.Name));
                    break;
                case TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes:
                    break;
                default:
                    throw new MalformedFileException(name, "files and folders only", $"{entry.EntryType} {entry.Name}");
            }
        }
    }

    private async Task AddAsync(string entry, Stream content, CancellationToken cancellationToken)
    {
        string path = PlaceOf(entry);
        if (Path.Exists(path))
            throw new MalformedFileException(name, "each file once", entry);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        long before = _written;
        await using var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.Asynchronous
        );
        _written += await CopyAsync(content, file, name, limit - before, bytes => report(before + bytes), cancellationToken)
            .ConfigureAwait(false);
        file.Position = 0;
        string sum = await Checksum.Sha256Async(file, cancellationToken).ConfigureAwait(false);
        string relative = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        _files.Add(new UnpackedFile(relative, file.Length, sum));
    }

    /// <summary>Where an entry goes; refused if that is not under the folder.</summary>
    private string PlaceOf(string entry)
    {
        string[] parts = entry.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool leaves =
            parts.Length == 0
            || entry.StartsWith('/')
            || entry.AsSpan().ContainsAny('\\', ':', '\0')
            || parts.Contains("..")
            || !Path.GetFullPath(Path.Combine(folder, Path.Combine(parts)))
                .StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), StringComparison.Ordinal);
        if (leaves)
            throw new MalformedFileException(name, "names that stay in the archive's folder", entry);
        return Path.Combine(folder, Path.Combine(parts));
    }

    private static async Task<long> CopyAsync(
        Stream source,
        Stream target,
        string name,
        long limit,
        Action<long> report,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[1 << 17];
        long written = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            written += read;
            if (written > limit)
                throw new MalformedFileException(name, "at most ten times its declared size when unpacked", "more");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            report(written);
        }

        return written;
    }
}
