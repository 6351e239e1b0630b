using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>The folder in which runs are kept: <c>paper/figure/run-id</c>. A run is never overwritten.</summary>
/// <param name="root">The folder; made when the first run is created.</param>
public sealed class RunStore(string root)
{
    internal const string ManifestName = "manifest.json";
    internal const string PlanName = "plan.jsonl";
    internal const string LatestName = "latest";

    /// <summary>The folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The folder that is meant: the one given, else <c>RESEARCHKIT_RUNS</c>, else <c>runs</c> in the current folder.</summary>
    /// <param name="given">What the user named, or null.</param>
    public static string RootOr(string? given) => given ?? System.Environment.GetEnvironmentVariable("RESEARCHKIT_RUNS") ?? "runs";

    /// <summary>Creates the folder of a new run, whole with its manifest and plan or not at all.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="command">The command that asked for it.</param>
    /// <param name="clock">The clock that names it.</param>
    /// <param name="storeDiff">Whether uncommitted changes of the source are stored as <c>source.diff</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3001: the folder cannot be written.</exception>
    public async Task<Run> CreateAsync(
        ExperimentPlan plan,
        Scale scale,
        IReadOnlyList<string> command,
        TimeProvider clock,
        bool storeDiff = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(clock);
        (RunManifest manifest, string? diff) = await ManifestFactory.CreateAsync(plan, scale, command, clock);
        string parent = FolderOf(plan.Experiment.Id);
        string id = RunId.Of(manifest.CreatedUtc, scale, plan.OptionsHash);
        string target = Path.Combine(parent, id);
        string temporary = WriteFailure.Guard(
            target,
            () =>
            {
                Directory.CreateDirectory(parent);
                return TemporaryName.CreateFolder(target);
            }
        );
        try
        {
            await AtomicFile.WriteTextAsync(Path.Combine(temporary, ManifestName), manifest.ToText(), cancellationToken);
            await AtomicFile.WriteAsync(Path.Combine(temporary, PlanName), (s, t) => PlanFile.WriteAsync(plan, s, t), cancellationToken);
            if (storeDiff && diff is not null)
            {
                await AtomicFile.WriteTextAsync(Path.Combine(temporary, "source.diff"), diff, cancellationToken);
            }

            WriteFailure.Guard(target, () => Directory.CreateDirectory(Path.Combine(temporary, Run.JournalFolder)));
            target = WriteFailure.Guard(target, () => MoveToFreeName(temporary, target));
        }
        catch
        {
            TemporaryName.DeleteFolder(temporary);
            throw;
        }

        await AtomicFile.WriteTextAsync(Path.Combine(parent, LatestName), Path.GetFileName(target) + "\n", cancellationToken);
        return new Run(target, manifest);
    }

    /// <summary>Opens a run.</summary>
    /// <param name="reference">A run id; <c>paper/figure</c> or <c>paper/figure/latest</c> for the newest; <c>paper/figure/run-id</c>; or the path of its folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3006: there is none, or more than one; RK3002, RK3003: its manifest cannot be read.</exception>
    public async Task<Run> OpenAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        return await Run.OpenAsync(await LocateAsync(reference, cancellationToken), cancellationToken);
    }

    /// <summary>All runs, by experiment and then by id, which is by time.</summary>
    /// <param name="pattern">A pattern over ids of experiments, in which <c>*</c> stands for any text; or a paper's slug.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<RunSummary> ListAsync(
        string pattern = "*",
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(pattern);
        foreach (string paper in FoldersIn(Root))
        {
            foreach (string figure in FoldersIn(paper))
            {
                string id = $"{Path.GetFileName(paper)}/{Path.GetFileName(figure)}";
                if (pattern != Path.GetFileName(paper) && !FileSystemName.MatchesSimpleExpression(pattern, id))
                {
                    continue;
                }

                foreach (string folder in FoldersIn(figure).Where(f => File.Exists(Path.Combine(f, ManifestName))))
                {
                    Run run = await Run.OpenAsync(folder, cancellationToken);
                    yield return new RunSummary(id, run.Id, folder, run.Manifest);
                }
            }
        }
    }

    /// <summary>The newest run of an experiment, or null.</summary>
    /// <param name="experiment">The experiment; runs of other versions do not count.</param>
    /// <param name="optionsHash">The hash its options must have, or null for any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Run?> NewestAsync(ExperimentInfo experiment, string? optionsHash, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        await foreach (Run run in NewestFirstAsync(experiment, cancellationToken))
        {
            if (run.Manifest.Version == experiment.Version && (optionsHash is null || run.Manifest.OptionsHash == optionsHash))
            {
                return run;
            }
        }

        return null;
    }

    /// <summary>The newest runs of an experiment with its version, newest first.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="count">At most this many.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<IReadOnlyList<Run>> NewestAsync(ExperimentInfo experiment, int count, CancellationToken cancellationToken)
    {
        List<Run> runs = [];
        await foreach (Run run in NewestFirstAsync(experiment, cancellationToken))
        {
            if (run.Manifest.Version == experiment.Version)
            {
                runs.Add(run);
            }

            if (runs.Count == count)
            {
                break;
            }
        }

        return runs;
    }

    /// <summary>All runs of an experiment, whatever their version, newest first.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async IAsyncEnumerable<Run> NewestFirstAsync(
        ExperimentInfo experiment,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (string folder in FoldersIn(FolderOf(experiment.Id)).Reverse().Where(f => File.Exists(Path.Combine(f, ManifestName))))
        {
            yield return await Run.OpenAsync(folder, cancellationToken);
        }
    }

    /// <summary>The folder of an experiment's runs.</summary>
    /// <param name="experimentId">The id.</param>
    internal string FolderOf(string experimentId) => Path.Combine([Root, .. experimentId.Split('/')]);

    private async Task<string> LocateAsync(string reference, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(reference, ManifestName)))
        {
            return Path.GetFullPath(reference);
        }

        string[] parts = reference.Split('/');
        if (parts.Length is 2 or 3)
        {
            string figure = FolderOf($"{parts[0]}/{parts[1]}");
            string id = parts.Length == 3 && parts[2] != LatestName ? parts[2] : await LatestIn(figure, reference, cancellationToken);
            return File.Exists(Path.Combine(figure, id, ManifestName))
                ? Path.Combine(figure, id)
                : throw StoreErrors.NotFound($"run {reference}", Root);
        }

        string[] matches =
        [
            .. FoldersIn(Root)
                .SelectMany(FoldersIn)
                .Select(f => Path.Combine(f, reference))
                .Where(f => File.Exists(Path.Combine(f, ManifestName))),
        ];
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw StoreErrors.NotFound($"run {reference}", Root),
            _ => throw new ResearchKitException(
                ErrorCodes.RunNotFound,
                $"{matches.Length} experiments have a run {reference}: {string.Join(", ", matches.Select(m => Path.GetRelativePath(Root, m)))}.",
                "Name it with its experiment, as paper/figure/run-id."
            ),
        };
    }

    private async Task<string> LatestIn(string figure, string reference, CancellationToken cancellationToken)
    {
        string file = Path.Combine(figure, LatestName);
        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : throw StoreErrors.NotFound($"run of {reference}", Root);
    }

    // Run ids sort by time; the suffix of a collision, -2, sorts behind the name it extends.
    private static IEnumerable<string> FoldersIn(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateDirectories(folder)
                .Where(f => !Path.GetFileName(f).StartsWith('.'))
                .OrderBy(f => Path.GetFileName(f), RunId.Order)
            : [];

    private static string MoveToFreeName(string temporary, string target)
    {
        // A folder in the way is never empty (it has a manifest), so renaming onto it fails, whoever came first.
        for (int copy = 1; ; copy++)
        {
            string name = RunId.Copy(target, copy);
            try
            {
                Directory.Move(temporary, name);
                return name;
            }
            catch (IOException) when (Directory.Exists(name))
            {
                // Another run of the same second: take the next name.
            }
        }
    }
}
