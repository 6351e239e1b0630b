using System.Globalization;
using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Data;

public sealed partial class DatasetCatalog
{
    /// <summary>
    /// Gets a data set: downloads each file that is not here yet (continuing what was broken off), checks its SHA-256, unpacks it if need be, and only then gives it
    /// its name. A cancelled download keeps what has arrived.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="from">A folder to take the files from instead of the network, under their path or their bare name; null for the network.</param>
    /// <param name="progress">Is told of each step.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The folder with all files.</returns>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    /// <exception cref="DatasetNotFoundException">It can only be got by hand, or <paramref name="from"/> lacks a file.</exception>
    /// <exception cref="ResearchKitException">A download failed (RK2004), a checksum differs (RK2002: the file is kept as <c>NAME.rejected</c>), or the disk refused (RK3001).</exception>
    /// <exception cref="MalformedFileException">An archive is damaged or would write outside its folder.</exception>
    public async Task<DatasetFolder> FetchAsync(
        string name,
        string? from = null,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        DatasetInfo info = GetInfo(name);
        if (Find(info, out string? problem) is { } here)
            return here;
        if (info.Files.Count == 0 || (from is null && info.IsManual && info.Files.Any(static f => f.Urls.Count == 0)))
            throw NotFound(info, problem);

        string folder = Place(Root, info.FoldersOrName[0]);
        foreach (DatasetFile file in info.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Missing(folder, file) is not null)
                await FetchFileAsync(info, file, folder, from, progress, cancellationToken).ConfigureAwait(false);
            progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Done, file.Bytes ?? 0, file.Bytes));
        }

        return new DatasetFolder(info, folder);
    }

    private async Task FetchFileAsync(
        DatasetInfo info,
        DatasetFile file,
        string folder,
        string? from,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        string target = Place(folder, file.Path);
        string transferred = file.Unpack == Unpacking.Gzip ? target + ".gz" : target;
        string? source = from is null ? null : Source(info, file, from);
        if (source is not null && file.Unpack == Unpacking.Gzip && !source.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            (file, transferred) = (file with { Unpack = Unpacking.None }, target); // already decompressed

        await using PartFile part = await PartFile.OpenAsync(transferred + ".part", cancellationToken).ConfigureAwait(false);
        string origin;
        if (source is not null)
        {
            origin = source;
            await CopyAsync(info, file, source, part, progress, cancellationToken).ConfigureAwait(false);
        }
        else if (part.Length > 0 && part.Length == file.Bytes && file.Unpack != Unpacking.Gzip)
        {
            origin = part.Origin?.Url ?? part.Path; // whole already: the last fetch was stopped between the last byte and the check
        }
        else
        {
            HttpClient http =
                _options.Http
                ?? throw new InvalidOperationException("The catalogue was opened without an HttpClient: nothing can be downloaded.");
            void Report(long bytes, long? total) =>
                progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Transferring, bytes, total ?? file.Bytes));
            origin = await new HttpTransfer(http, _options, file, part, Report).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        string sum = part.Finish();
        if (file.Unpack != Unpacking.None)
            progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Unpacking, 0, file.UnpackedBytes));
        if (file.Unpack == Unpacking.Gzip)
        {
            await DecompressAsync(info, file, target, part, origin, cancellationToken).ConfigureAwait(false);
            return;
        }

        await CheckAsync(info, file, sum, part.Length, origin, () => part.MoveAsync(target + ".rejected"), target, cancellationToken)
            .ConfigureAwait(false);
        if (file.IsArchive)
            await UnpackAsync(info, file, folder, part, sum, progress, cancellationToken).ConfigureAwait(false);
        else
            await part.MoveAsync(target).ConfigureAwait(false);
        await RecordFirstUseAsync(info, file, new KnownSum(sum, part.Length, origin), cancellationToken).ConfigureAwait(false);
    }

    private static string Source(DatasetInfo info, DatasetFile file, string from)
    {
        string bare = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        string[] candidates = file.Unpack == Unpacking.Gzip ? [file.Path, bare, file.Path + ".gz", bare + ".gz"] : [file.Path, bare];
        return candidates.Select(relative => Path.GetFullPath(Place(from, relative))).FirstOrDefault(File.Exists)
            ?? throw new DatasetNotFoundException(
                info.Name,
                $"{Path.GetFullPath(from)} has no {file.Path}.",
                $"Put all files of {info.Name} there: {string.Join(", ", info.Files.Select(static f => f.Path))}"
            );
    }

    private static async Task CopyAsync(
        DatasetInfo info,
        DatasetFile file,
        string source,
        PartFile part,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        part.Restart(null);
        await using FileStream stream = File.OpenRead(source);
        var buffer = new byte[1 << 17];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await part.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Transferring, part.Length, stream.Length));
        }
    }

    private async Task DecompressAsync(
        DatasetInfo info,
        DatasetFile file,
        string target,
        PartFile compressed,
        string origin,
        CancellationToken cancellationToken
    )
    {
        long limit = 10 * (file.UnpackedBytes ?? file.Bytes ?? compressed.Length);
        long length = compressed.Length;
        string path = compressed.Path;
        await compressed.DisposeAsync().ConfigureAwait(false);
        await using PartFile part = await PartFile.OpenAsync(target + ".part", cancellationToken).ConfigureAwait(false);
        part.Restart(null);
        try
        {
            await using FileStream source = File.OpenRead(path);
            await using var sink = new PartStream(part);
            await ArchiveUnpacker.DecompressAsync(source, sink, path, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e) || e is MalformedFileException)
        {
            await part.DeleteAsync().ConfigureAwait(false);
            await compressed.MoveAsync(target + ".gz.rejected").ConfigureAwait(false);
            throw e as MalformedFileException
                ?? new MalformedFileException(
                    target + ".gz.rejected",
                    "whole gzip data",
                    $"{e.Message} ({length} bytes)",
                    innerException: e
                );
        }

        string sum = part.Finish();
        await CheckAsync(
                info,
                file,
                sum,
                part.Length,
                origin,
                async () =>
                {
                    await part.MoveAsync(target + ".rejected").ConfigureAwait(false);
                    await compressed.DeleteAsync().ConfigureAwait(false);
                },
                target,
                cancellationToken
            )
            .ConfigureAwait(false);
        await part.MoveAsync(target).ConfigureAwait(false);
        await compressed.DeleteAsync().ConfigureAwait(false);
        await RecordFirstUseAsync(info, file, new KnownSum(sum, part.Length, origin), cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckAsync(
        DatasetInfo info,
        DatasetFile file,
        string sum,
        long bytes,
        string origin,
        Func<Task> reject,
        string target,
        CancellationToken cancellationToken
    )
    {
        (string? expected, ChecksumOrigin basis) = await ExpectedAsync(info, file, cancellationToken).ConfigureAwait(false);
        bool rightSize = file.Bytes is null || file.Bytes == bytes;
        if ((expected is null || expected == sum) && rightSize)
            return;
        await reject().ConfigureAwait(false);
        string size = rightSize ? "" : string.Create(CultureInfo.InvariantCulture, $" ({bytes} bytes instead of {file.Bytes})");
        string from = basis switch
        {
            ChecksumOrigin.FirstUse => "the first download on this machine had",
            ChecksumOrigin.User => "your own entry has",
            _ => "the catalogue has",
        };
        throw new ResearchKitException(
            ErrorCodes.ChecksumDiffers,
            $"{file.Path} of {info.Name} from {origin} has SHA-256 {sum}{size}; {from} {expected ?? "no sum, but this size"}. It is kept as {target}.rejected.",
            $"If the origin has changed the file, report both sums; to take it as it is: researchkit data fetch {info.Name} --accept-checksum"
        );
    }

    private async Task UnpackAsync(
        DatasetInfo info,
        DatasetFile file,
        string folder,
        PartFile part,
        string sum,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await part.DisposeAsync().ConfigureAwait(false);
        string target = Place(folder, file.UnpackedFolder);
        long limit = 10 * (file.UnpackedBytes ?? file.Bytes ?? part.Length);
        string temporary = WriteFailure.Guard(target, () => TemporaryName.CreateFolder(target));
        try
        {
            IReadOnlyList<UnpackedFile> files;
            await using (FileStream archive = File.OpenRead(part.Path))
            {
                void Report(long bytes) =>
                    progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Unpacking, bytes, file.UnpackedBytes));
                files = await new ArchiveUnpacker(file.Path, temporary, limit, Report)
                    .UnpackAsync(archive, file.Unpack, cancellationToken)
                    .ConfigureAwait(false);
            }

            string record = JsonSerializer.Serialize(new UnpackedArchive(sum, files), CatalogJson.Default.UnpackedArchive);
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true); // of an unpacking that never got its record, or of another version
            Directory.Move(temporary, target);
            await AtomicFile.WriteTextAsync(RecordOf(target), record, cancellationToken).ConfigureAwait(false);
            await part.DeleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            TemporaryName.DeleteFolder(temporary);
            if (e is MalformedFileException)
                await part.MoveAsync(Place(folder, file.Path) + ".rejected").ConfigureAwait(false);
            else if (e is IOException)
                WriteFailure.ThrowIfDisk(target, e);
            throw;
        }
    }

    private async Task RecordFirstUseAsync(DatasetInfo info, DatasetFile file, KnownSum sum, CancellationToken cancellationToken)
    {
        if (file.Sha256 is null)
            await _knownSums.RecordAsync(info, file, sum, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string? Sum, ChecksumOrigin Origin)> ExpectedAsync(
        DatasetInfo info,
        DatasetFile file,
        CancellationToken cancellationToken
    )
    {
        if (file.Sha256 is { } stated)
            return (stated, info.IsUserEntry ? ChecksumOrigin.User : ChecksumOrigin.Catalogue);
        KnownSum? known = await _knownSums.FindAsync(info, file, cancellationToken).ConfigureAwait(false);
        return known is null ? (null, ChecksumOrigin.None) : (known.Sha256, ChecksumOrigin.FirstUse);
    }
}
