using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ResearchKit.Storage;

/// <summary>
/// Numbered snapshots of a long job, each a folder written whole, with the hash of the job's inputs and the checksum of each file. A job that starts again takes the
/// newest whole one; a damaged one is passed over and logged; one of other inputs is refused. One job owns the folder at a time.
/// </summary>
public sealed partial class CheckpointFolder
{
    private const int Schema = 1;
    private const string IndexName = "checkpoint.json";

    private readonly string _inputHash;
    private readonly int _keep;
    private readonly ILogger _logger;

    /// <summary>Names the folder; nothing is read or made yet.</summary>
    /// <param name="path">The folder of the snapshots.</param>
    /// <param name="inputHash">A hash of all that decides the job's result: options, data, seeds, version.</param>
    /// <param name="keep">How many snapshots stay, at least 1; the default 2 survives damage of the newest.</param>
    /// <param name="logger">Is told of damaged snapshots.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> or <paramref name="inputHash"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is below 1.</exception>
    public CheckpointFolder(string path, string inputHash, int keep = 2, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputHash);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        Folder = Path.GetFullPath(path);
        _inputHash = inputHash;
        _keep = keep;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The folder of the snapshots.</summary>
    public string Folder { get; }

    /// <summary>The newest whole snapshot of these inputs, every file checked; null if there is none.</summary>
    /// <exception cref="ResearchKitException">RK3005: the newest whole one is of other inputs; RK3003: it was written by a newer version.</exception>
    public async Task<Checkpoint?> NewestAsync(CancellationToken cancellationToken = default)
    {
        foreach (var (number, folder) in Numbered())
        {
            if (await ReadIndexAsync(folder, cancellationToken) is not { } index)
            {
                continue;
            }
            RefuseOtherInputs(folder, index);
            if (await IsWholeAsync(folder, index, cancellationToken))
            {
                return new(number, folder);
            }
        }
        return null;
    }

    /// <summary>Writes a snapshot and removes those that are no longer kept.</summary>
    /// <param name="number">How far the job is, 0 or more. A snapshot of that number is replaced.</param>
    /// <param name="write">Writes the job's files below the folder it is given.</param>
    /// <param name="cancellationToken">Cancels; what was there before stays.</param>
    /// <exception cref="ArgumentException"><paramref name="write"/> made no file, or one named <c>checkpoint.json</c>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is negative.</exception>
    /// <exception cref="ResearchKitException">RK3005: the folder holds snapshots of other inputs; RK3001: it cannot be written.</exception>
    public async Task<Checkpoint> SaveAsync(
        long number,
        Func<string, CancellationToken, Task> write,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentNullException.ThrowIfNull(write);
        foreach (var (_, other) in Numbered())
        {
            if (await ReadIndexAsync(other, cancellationToken) is { } index)
            {
                RefuseOtherInputs(other, index);
            }
        }
        RemoveLeftovers();
        var folder = Path.Combine(Folder, number.ToString("D12", CultureInfo.InvariantCulture));
        await AtomicFolder.WriteAsync(
            folder,
            async (temporary, token) =>
            {
                await write(temporary, token);
                await WriteIndexAsync(temporary, token);
            },
            replace: true,
            cancellationToken
        );
        foreach (var (_, old) in Numbered().Where(entry => entry.Number != number).Skip(_keep - 1))
        {
            TemporaryName.DeleteFolder(old);
        }
        return new(number, folder);
    }

    private List<(long Number, string Folder)> Numbered() =>
        Directory.Exists(Folder)
            ? Directory
                .EnumerateDirectories(Folder)
                .Select(folder =>
                    (
                        Number: long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                            ? number
                            : -1,
                        Folder: folder
                    )
                )
                .Where(entry => entry.Number >= 0)
                .OrderByDescending(entry => entry.Number)
                .ToList()
            : [];

    private async Task WriteIndexAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new List<FileEntry>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (name == IndexName)
            {
                throw new ArgumentException($"The name {IndexName} is taken: it holds the checksums of a snapshot.");
            }
            files.Add(new(name, new FileInfo(path).Length, await Checksum.Sha256OfFileAsync(path, cancellationToken)));
        }
        if (files.Count == 0)
        {
            throw new ArgumentException("The snapshot holds no file.");
        }
        var index = new Index(Schema, _inputHash, files);
        await AtomicFile.WriteBytesAsync(Path.Combine(folder, IndexName), JsonSerializer.SerializeToUtf8Bytes(index), cancellationToken);
    }

    private async Task<Index?> ReadIndexAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, IndexName);
        try
        {
            var index = JsonSerializer.Deserialize<Index>(await File.ReadAllBytesAsync(path, cancellationToken));
            if (index is { Schema: > Schema })
            {
                throw new ResearchKitException(
                    ErrorCodes.RunTooNew,
                    $"{folder} was written by a newer version of ResearchKit (schema {index.Schema}, known is {Schema}).",
                    "Use that version, or another folder."
                );
            }
            if (
                index is { Schema: > 0, InputHash: not null, Files: not null }
                && index.Files.All(file => file is { Name: not null, Sha256: not null })
            )
            {
                return index;
            }
            LogDamaged(_logger, folder, $"{IndexName} lacks a member");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            LogDamaged(_logger, folder, exception.Message);
        }
        return null;
    }

    private void RefuseOtherInputs(string folder, Index index)
    {
        if (index.InputHash != _inputHash)
        {
            throw new ResearchKitException(
                ErrorCodes.OptionsDiffer,
                $"{folder} is a snapshot of other inputs (hash {index.InputHash}, this job's is {_inputHash}).",
                "Name another folder for the snapshots, or delete this one to begin anew."
            );
        }
    }

    private async Task<bool> IsWholeAsync(string folder, Index index, CancellationToken cancellationToken)
    {
        foreach (var (name, bytes, sha256) in index.Files)
        {
            var path = Path.Combine(folder, name);
            try
            {
                if (new FileInfo(path).Length != bytes || await Checksum.Sha256OfFileAsync(path, cancellationToken) != sha256)
                {
                    LogDamaged(_logger, folder, $"{name} has changed");
                    return false;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogDamaged(_logger, folder, exception.Message);
                return false;
            }
        }
        return true;
    }

    // What a killed job left half-written can be gigabytes.
    private void RemoveLeftovers()
    {
        if (Directory.Exists(Folder))
        {
            foreach (var leftover in Directory.EnumerateDirectories(Folder, ".*.tmp"))
            {
                TemporaryName.DeleteFolder(leftover);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot {Folder} is passed over: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string folder, string reason);

    private sealed record Index(int Schema, string InputHash, IReadOnlyList<FileEntry> Files);

    private sealed record FileEntry(string Name, long Bytes, string Sha256);
}
