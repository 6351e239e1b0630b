using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>One run: a folder with a manifest, a plan, the journals of its writers, and what was derived from them.</summary>
public sealed class Run
{
    internal const string JournalFolder = "journal";

    internal Run(string folder, RunManifest manifest) => (Folder, Manifest) = (folder, manifest);

    /// <summary>The id: the name of the folder.</summary>
    public string Id => Path.GetFileName(Folder);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The manifest as last read or written here.</summary>
    public RunManifest Manifest { get; private set; }

    /// <summary>Opens the run of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3006: it is no run; RK3002, RK3003: its manifest cannot be read.</exception>
    public static async Task<Run> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(folder, RunStore.ManifestName);
        return File.Exists(path)
            ? new Run(Path.GetFullPath(folder), RunManifest.Parse(await File.ReadAllTextAsync(path, cancellationToken), path))
            : throw StoreErrors.NotFound($"run {Path.GetFileName(folder)}", Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder);
    }

    /// <summary>Reads the plan with its cells as records.</summary>
    /// <param name="experiment">The experiment of the run.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The run is of another experiment.</exception>
    /// <exception cref="ResearchKitException">RK3002: the plan is damaged or was made by another version of the experiment.</exception>
    public async Task<ExperimentPlan> ReadPlanAsync(Experiment experiment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        if (experiment.Info.Id != Manifest.Experiment)
        {
            throw new ArgumentException($"The run {Id} is of {Manifest.Experiment}, not of {experiment.Info.Id}.", nameof(experiment));
        }

        if (experiment.Info.Version != Manifest.Version)
        {
            throw new ResearchKitException(
                ErrorCodes.RunDamaged,
                $"The run {Id} is of version {Manifest.Version} of {Manifest.Experiment}, which is at version {experiment.Info.Version} now: its rows would be others.",
                "Use the ResearchKit that the run's manifest names, or run the experiment again."
            );
        }

        ExperimentOptions options = OptionsOf(experiment);
        string path = Path.Combine(Folder, RunStore.PlanName);
        if (!File.Exists(path))
        {
            throw StoreErrors.Damaged(path, "the plan is missing");
        }

        IReadOnlyList<PlannedCell> cells = await PlanFile.ReadAsync(
            path,
            experiment,
            new CellKey(experiment.Info, options),
            cancellationToken
        );
        ExperimentPlan plan = new(experiment.Info, options, cells);
        return plan.Hash == Manifest.PlanHash
            ? plan
            : throw StoreErrors.Damaged(
                path,
                "the plan does not agree with the hash in the manifest (cells are missing, or a line was changed)"
            );
    }

    /// <summary>Opens a journal of its own for this process.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="durability">What a finished cell survives.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="origin"><c>local</c>, or the array task that writes.</param>
    /// <param name="remedy">What to do when a write fails: the command that goes on with the run.</param>
    /// <exception cref="ResearchKitException">RK3001: the file cannot be created.</exception>
    public JournalWriter OpenWriter(
        Experiment experiment,
        Durability durability,
        TimeProvider clock,
        string origin = "local",
        string? remedy = null
    )
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(clock);
        remedy ??= "Free space or check the permissions, then go on with --resume.";
        string folder = Path.Combine(Folder, JournalFolder);
        for (int attempt = 1; ; attempt++)
        {
            string id = WriterId.Of(clock.GetUtcNow(), origin, attempt);
            string path = Path.Combine(folder, id + ".csv");
            try
            {
                Directory.CreateDirectory(folder);
                FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
                return new JournalWriter(id, path, stream, experiment.Info, RowSchema.Of(experiment.RowType), durability, clock, remedy);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Two writers of one process in one millisecond: the next name is free.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw StoreErrors.NotWritten(path, remedy, e);
            }
        }
    }

    /// <summary>Writes the manifest anew.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3001: it cannot be written.</exception>
    internal async Task WriteManifestAsync(RunManifest manifest, CancellationToken cancellationToken)
    {
        await AtomicFile.WriteTextAsync(Path.Combine(Folder, RunStore.ManifestName), manifest.ToText(), cancellationToken);
        Manifest = manifest;
    }

    /// <summary>The journals there are, by name.</summary>
    internal IReadOnlyList<string> JournalPaths()
    {
        string folder = Path.Combine(Folder, JournalFolder);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The options the run was planned with.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <exception cref="ResearchKitException">RK3002: they are not options of the experiment as it is now.</exception>
    internal ExperimentOptions OptionsOf(Experiment experiment)
    {
        try
        {
            return (ExperimentOptions)
                System.Text.Json.JsonSerializer.Deserialize(Manifest.Options, experiment.OptionsType, ExperimentJson.Whole)!;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw StoreErrors.Damaged(
                Path.Combine(Folder, RunStore.ManifestName),
                $"the options are not those of {experiment.Info.Id} as it is now ({e.Message})",
                e
            );
        }
    }
}
