using System.IO.Compression;
using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>
/// Person files of the American Community Survey on disk, as the Census Bureau publishes them: in a folder, or still in the zip. Nothing is downloaded here (<c>researchkit data fetch acs-pums-YEAR-HORIZON-STATE</c> does).
/// </summary>
public sealed class AcsPumsSource
{
    private readonly string _folder;
    private readonly int _year;

    private AcsPumsSource(string folder, int year) => (_folder, _year) = (folder, year);

    /// <summary>Names a folder of person files: ROOT/YEAR/1-Year or 5-Year.</summary>
    /// <param name="root">The root.</param>
    /// <param name="year">The year, from 2014 on.</param>
    /// <param name="horizon">One or five years.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is before 2014.</exception>
    public static AcsPumsSource Open(string root, int year, AcsHorizon horizon)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        if (year < 2014)
        {
            throw new ArgumentOutOfRangeException(nameof(year), year, "Person files are read from the year 2014 on.");
        }
        return new AcsPumsSource(
            Path.Combine(
                root,
                year.ToString(System.Globalization.CultureInfo.InvariantCulture),
                horizon == AcsHorizon.OneYear ? "1-Year" : "5-Year"
            ),
            year
        );
    }

    /// <summary>Reads a task from the files of states, in the order given.</summary>
    /// <param name="task">The task.</param>
    /// <param name="states">Postal codes.</param>
    /// <param name="options">How to read; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="FileNotFoundException">A file is not there; the message names it.</exception>
    /// <exception cref="MissingColumnException">A column is not there.</exception>
    /// <exception cref="MalformedFileException">A cell is no number, a record is cut off, or no row is kept.</exception>
    public async Task<AuditPopulation> LoadAsync(
        AcsTask task,
        IReadOnlyList<string> states,
        AcsReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(states);
        if (states.Count == 0)
        {
            throw new ArgumentException("Name at least one state.", nameof(states));
        }
        AcsReader reader = new(task, options ?? new AcsReadOptions());
        foreach (string state in states)
        {
            await ReadStateAsync(reader, state, cancellationToken).ConfigureAwait(false);
        }
        return reader.Population(states);
    }

    /// <summary>Reads a task from one person file, wherever it is.</summary>
    /// <param name="task">The task.</param>
    /// <param name="path">The file: text, compressed or not.</param>
    /// <param name="options">How to read; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <inheritdoc cref="LoadAsync"/>
    public static async Task<AuditPopulation> LoadFileAsync(
        AcsTask task,
        string path,
        AcsReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        AcsReader reader = new(task, options ?? new AcsReadOptions());
        await reader.AddAsync(DelimitedText.ReadAsync(path, AcsReader.Text, cancellationToken), path).ConfigureAwait(false);
        return reader.Population([Path.GetFileName(path)]);
    }

    private async Task ReadStateAsync(AcsReader reader, string state, CancellationToken cancellationToken)
    {
        string code = AcsStates.Fips(state);
        string lower = state.ToLowerInvariant();
        string name = _year >= 2017 ? $"psam_p{code}.csv" : $"ss{_year % 100:00}p{lower}.csv";
        string zip = $"csv_p{lower}.zip";
        string[] folders =
        [
            _folder,
            Path.Combine(_folder, $"csv_p{lower}"),
            Path.Combine(_folder, lower),
            Path.Combine(_folder, lower, $"csv_p{lower}"),
        ];
        if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } path)
        {
            await reader.AddAsync(DelimitedText.ReadAsync(path, AcsReader.Text, cancellationToken), path).ConfigureAwait(false);
            return;
        }
        if (folders.Select(f => Path.Combine(f, zip)).FirstOrDefault(File.Exists) is not { } archivePath)
        {
            string expected = Path.Combine(_folder, name);
            throw new FileNotFoundException(
                $"The person file {name} is not in {_folder}, nor is {zip}. Fetch it, or put it there; nothing is downloaded here.",
                expected
            );
        }
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(archivePath);
            ZipArchiveEntry entry =
                archive.Entries.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new MalformedFileException(
                    archivePath,
                    $"an entry {name}",
                    string.Join(", ", archive.Entries.Select(e => e.Name))
                );
            Stream stream = entry.Open();
            await using (stream.ConfigureAwait(false))
            {
                string source = $"{archivePath}/{entry.Name}";
                await reader
                    .AddAsync(DelimitedText.ReadAsync(stream, source, AcsReader.Text, cancellationToken), source)
                    .ConfigureAwait(false);
            }
        }
        catch (InvalidDataException e)
        {
            throw new MalformedFileException(archivePath, "a whole zip archive", e.Message, innerException: e);
        }
    }
}
