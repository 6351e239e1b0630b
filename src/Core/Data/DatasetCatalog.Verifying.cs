using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Data;

public sealed partial class DatasetCatalog
{
    /// <summary>
    /// Hashes all files of a data set that is here and compares. A file without an established checksum is held against the one recorded on first use,
    /// which is recorded now if there is none.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="progress">Is told of each file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was found, file by file.</returns>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    /// <exception cref="DatasetNotFoundException">It is not here.</exception>
    public async Task<DatasetVerification> VerifyAsync(
        string name,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        DatasetInfo info = GetInfo(name);
        string? folder = info.FoldersOrName.Select(relative => Place(Root, relative)).FirstOrDefault(Directory.Exists);
        DatasetFolder here =
            Find(info, out string? problem) ?? (folder is null ? throw NotFound(info, problem) : new DatasetFolder(info, folder));
        var checks = new List<DatasetFileCheck>();
        foreach (DatasetFile file in info.Files)
        {
            progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Hashing, 0, file.Bytes));
            if (file.IsArchive)
                checks.AddRange(await CheckUnpackedAsync(info, here.Path, file, cancellationToken).ConfigureAwait(false));
            else
                checks.Add(await CheckFileAsync(info, here.Path, file, cancellationToken).ConfigureAwait(false));
            progress?.Report(new DatasetProgress(info.Name, file.Path, DatasetPhase.Done, file.Bytes ?? 0, file.Bytes));
        }

        return new DatasetVerification(here, checks);
    }

    /// <summary>
    /// Takes the files of a data set that were rejected because of their checksum as they are: writes an entry of the user with their sums
    /// (<c>catalog.d/NAME.json</c>), and puts them in place. Only on the user's explicit word.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The entry that holds from now on.</returns>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    /// <exception cref="ResearchKitException">No file of it was rejected.</exception>
    public async Task<DatasetInfo> AcceptChecksumAsync(string name, CancellationToken cancellationToken = default)
    {
        DatasetInfo info = GetInfo(name);
        string folder = Place(Root, info.FoldersOrName[0]);
        var files = new List<DatasetFile>();
        var accepted = new List<(DatasetFile File, string Rejected, string Sum)>();
        foreach (DatasetFile file in info.Files)
        {
            string rejected = Place(folder, file.Path) + ".rejected";
            if (!File.Exists(rejected))
            {
                files.Add(file);
                continue;
            }

            string sum = await Checksum.Sha256OfFileAsync(rejected, cancellationToken).ConfigureAwait(false);
            files.Add(file with { Sha256 = sum, Bytes = new FileInfo(rejected).Length });
            accepted.Add((files[^1], rejected, sum));
        }

        if (accepted.Count == 0)
        {
            throw new ResearchKitException(
                ErrorCodes.ChecksumDiffers,
                $"No file of {name} was rejected: there is no NAME.rejected in {folder}.",
                $"Fetch it first: researchkit data fetch {name}"
            );
        }

        DatasetInfo entry = info with { Files = files, IsUserEntry = true };
        foreach ((DatasetFile file, string rejected, string sum) in accepted)
        {
            string target = Place(folder, file.Path);
            if (!file.IsArchive)
            {
                WriteFailure.Guard(target, () => File.Move(rejected, target, overwrite: true));
                continue;
            }

            WriteFailure.Guard(target, () => File.Move(rejected, target + ".part", overwrite: true));
            await using PartFile part = await PartFile.OpenAsync(target + ".part", cancellationToken).ConfigureAwait(false);
            await UnpackAsync(entry, file, folder, part, sum, null, cancellationToken).ConfigureAwait(false);
        }

        string text = JsonSerializer.Serialize(entry, CatalogJson.Default.DatasetInfo);
        await AtomicFile.WriteTextAsync(Path.Combine(UserFolder, name + ".json"), text, cancellationToken).ConfigureAwait(false);
        _entries = CatalogEntries.Read(UserFolder);
        return entry;
    }

    private async Task<DatasetFileCheck> CheckFileAsync(
        DatasetInfo info,
        string folder,
        DatasetFile file,
        CancellationToken cancellationToken
    )
    {
        (string? expected, ChecksumOrigin origin) = await ExpectedAsync(info, file, cancellationToken).ConfigureAwait(false);
        string path = Place(folder, file.Path);
        if (!File.Exists(path))
            return new DatasetFileCheck(file.Path, DatasetFileState.Missing, expected, null, origin);
        string actual = await Checksum.Sha256OfFileAsync(path, cancellationToken).ConfigureAwait(false);
        if (expected is not null)
        {
            DatasetFileState state = expected == actual ? DatasetFileState.Right : DatasetFileState.Different;
            return new DatasetFileCheck(file.Path, state, expected, actual, origin);
        }

        await _knownSums
            .RecordAsync(info, file, new KnownSum(actual, new FileInfo(path).Length, path), cancellationToken)
            .ConfigureAwait(false);
        return new DatasetFileCheck(file.Path, DatasetFileState.Recorded, null, actual, ChecksumOrigin.FirstUse);
    }

    /// <summary>The files that came out of an archive, by the record of its unpacking; the record's archive must be the one the catalogue means.</summary>
    private async Task<List<DatasetFileCheck>> CheckUnpackedAsync(
        DatasetInfo info,
        string folder,
        DatasetFile file,
        CancellationToken cancellationToken
    )
    {
        (string? expected, ChecksumOrigin origin) = await ExpectedAsync(info, file, cancellationToken).ConfigureAwait(false);
        string unpacked = Place(folder, file.UnpackedFolder);
        string recordPath = RecordOf(unpacked);
        if (!File.Exists(recordPath))
            return [new DatasetFileCheck(file.Path, DatasetFileState.Missing, expected, null, origin)];
        UnpackedArchive record;
        try
        {
            byte[] json = await File.ReadAllBytesAsync(recordPath, cancellationToken).ConfigureAwait(false);
            record =
                JsonSerializer.Deserialize(json, CatalogJson.Default.UnpackedArchive) ?? throw new JsonException("The record is null.");
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(
                recordPath,
                "the record of an unpacked archive",
                e.Message,
                e.LineNumber + 1,
                innerException: e
            );
        }

        DatasetFileState archive =
            expected is null || expected == record.ArchiveSha256 ? DatasetFileState.Right : DatasetFileState.Different;
        var checks = new List<DatasetFileCheck> { new(file.Path, archive, expected, record.ArchiveSha256, origin) };
        foreach (UnpackedFile one in record.Files)
        {
            string relative = $"{file.UnpackedFolder}/{one.Path}";
            string path = Place(folder, relative);
            string? actual = File.Exists(path) ? await Checksum.Sha256OfFileAsync(path, cancellationToken).ConfigureAwait(false) : null;
            DatasetFileState state =
                actual is null ? DatasetFileState.Missing
                : actual == one.Sha256 ? DatasetFileState.Right
                : DatasetFileState.Different;
            checks.Add(new DatasetFileCheck(relative, state, one.Sha256, actual, ChecksumOrigin.Unpacked));
        }

        return checks;
    }
}
