using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// The data sets that the experiments know: facts, checksums and where to get them; and which of them are on this machine. Entries are embedded; those of the user,
/// in <c>catalog.d/*.json</c> under the root, come on top. Nothing is downloaded unless <see cref="FetchAsync"/> is called.
/// </summary>
public sealed partial class DatasetCatalog
{
    private readonly DatasetCatalogOptions _options;
    private readonly KnownSums _knownSums;
    private SortedDictionary<string, DatasetInfo> _entries;

    /// <summary>Opens the catalogue.</summary>
    /// <param name="options">Where data are kept and how they are fetched; the defaults if null.</param>
    /// <exception cref="MalformedFileException">An entry of the user is wrong.</exception>
    public DatasetCatalog(DatasetCatalogOptions? options = null)
    {
        _options = options ?? new DatasetCatalogOptions();
        Root = Path.GetFullPath(_options.Root ?? DefaultRoot);
        _knownSums = new KnownSums(Path.Combine(Root, "known-sums.json"));
        _entries = CatalogEntries.Read(UserFolder);
    }

    /// <summary>
    /// The folder that <c>RESEARCHKIT_DATA</c> names; else <c>researchkit/data</c> in the user's cache: <c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>
    /// (on Windows the local application data).
    /// </summary>
    public static string DefaultRoot =>
        Environment.GetEnvironmentVariable("RESEARCHKIT_DATA") is { Length: > 0 } named ? named : Path.Combine(UserCache.Folder, "data");

    /// <summary>The folder under which data lie.</summary>
    public string Root { get; }

    /// <summary>All entries by name; one whose name has <c>{parameters}</c> stands for many.</summary>
    public IReadOnlyCollection<DatasetInfo> Entries => _entries.Values;

    /// <summary>The entry of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="info">The entry, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetInfo(string name, [NotNullWhen(true)] out DatasetInfo? info)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_entries.TryGetValue(name, out info) && info.Parameters is null)
            return true;
        info = _entries.Values.Select(entry => CatalogTemplate.TryExpand(entry, name)).FirstOrDefault(static entry => entry is not null);
        return info is not null;
    }

    /// <summary>The entry of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="ArgumentException">There is no such entry; the message names the nearest.</exception>
    public DatasetInfo GetInfo(string name)
    {
        if (TryGetInfo(name, out DatasetInfo? info))
            return info;
        IEnumerable<string> nearest = _entries.Keys.OrderBy(key => Distance(key, name)).ThenBy(key => key, StringComparer.Ordinal).Take(3);
        throw new ArgumentException($"There is no data set '{name}'. The nearest names are {string.Join(", ", nearest)}.", nameof(name));
    }

    /// <summary>Looks for a data set: the first of its folders under the root that has all its files, with their sizes. Contents are not hashed.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The folder, or null if the data set is not here.</returns>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    public DatasetFolder? Find(string name) => Find(GetInfo(name), out _);

    /// <summary>A data set that has to be here.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    /// <exception cref="DatasetNotFoundException">It is not here; the remedy names the command that gets it, with size and licence, or the steps by hand.</exception>
    public Task<DatasetFolder> RequireAsync(string name, CancellationToken cancellationToken = default)
    {
        DatasetInfo info = GetInfo(name);
        return Task.Run(() => Find(info, out string? problem) ?? throw NotFound(info, problem), cancellationToken);
    }

    private string UserFolder => Path.Combine(Root, "catalog.d");

    private DatasetFolder? Find(DatasetInfo info, out string? problem)
    {
        problem = null;
        foreach (string relative in info.FoldersOrName)
        {
            string folder = Place(Root, relative);
            if (!Directory.Exists(folder))
                continue;
            string? missing = info.Files.Select(file => Missing(folder, file)).FirstOrDefault(static text => text is not null);
            if (missing is null && (info.Files.Count > 0 || Directory.EnumerateFileSystemEntries(folder).Any()))
                return new DatasetFolder(info, folder);
            problem ??= missing is null ? $"{folder} is empty" : $"in {folder}, {missing}";
        }

        return null;
    }

    private static string? Missing(string folder, DatasetFile file)
    {
        if (file.IsArchive)
        {
            string unpacked = Place(folder, file.UnpackedFolder);
            return Directory.Exists(unpacked) && File.Exists(RecordOf(unpacked))
                ? null
                : $"{file.Path} is not unpacked into {file.UnpackedFolder}";
        }

        var here = new FileInfo(Place(folder, file.Path));
        if (!here.Exists)
            return $"{file.Path} is missing";
        return file.Bytes is { } bytes && here.Length != bytes
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Path} has {here.Length} bytes instead of {bytes}")
            : null;
    }

    private DatasetNotFoundException NotFound(DatasetInfo info, string? problem)
    {
        string message = problem is null ? $"{info.Name} is not in {Root}." : $"{info.Name} is not whole: {problem}.";
        string size = info.Bytes is { } bytes ? new ByteSize(bytes).ToString() : "size not established";
        string terms = $"{size}, licence: {info.Licence}";
        string remedy = info.IsManual
            ? $"It has to be got by hand ({terms}): {string.Join(" ", info.ManualSteps.Select((step, i) => $"{i + 1}. {step}"))}"
                + (
                    info.Files.Count > 0
                        ? $" Then: researchkit data fetch {info.Name} --from FOLDER"
                        : $" Put it into {Place(Root, info.FoldersOrName[0])}"
                )
            : $"Get it with: researchkit data fetch {info.Name} ({terms})";
        return new DatasetNotFoundException(info.Name, message, remedy);
    }

    private static string Place(string folder, string relative) => Path.Combine(folder, Path.Combine(relative.Split('/')));

    private static string RecordOf(string unpackedFolder) => unpackedFolder + ".unpacked.json";

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
