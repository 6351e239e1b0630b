using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>Takes over cells of another run whose keys are equal: growing a grid keeps what is measured.</summary>
internal static class RunImport
{
    /// <summary>Copies finished cells into a journal of their own.</summary>
    /// <param name="source">The other run.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="target">How the run stands that takes them over.</param>
    /// <param name="journals">Its journals.</param>
    /// <param name="durability">What a finished cell survives.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The number of cells taken over.</returns>
    internal static async Task<int> TakeOverAsync(
        Run source,
        Experiment experiment,
        RunState target,
        IRunJournals journals,
        Durability durability,
        CancellationToken cancellationToken
    )
    {
        if (source.Manifest.Experiment != experiment.Info.Id || source.Manifest.Version != experiment.Info.Version)
        {
            throw new ResearchKitException(
                ErrorCodes.OptionsDiffer,
                $"The run {source.Id} is of {source.Manifest.Experiment} version {source.Manifest.Version}; cells of {experiment.Info.Id} version {experiment.Info.Version} cannot be taken from it.",
                "Name a run of the same experiment and version."
            );
        }

        List<Journal> others = [];
        foreach (string path in source.JournalPaths())
        {
            others.Add(await JournalReader.ReadAsync(path, experiment.Info, cancellationToken));
        }

        Dictionary<string, JournalCell> found = CellChoice.Of(others, target.Plan, prefer: null);
        JournalCell[] wanted =
        [
            .. target.Cells.Where(c => c.State != CellState.Done).Select(c => found.GetValueOrDefault(c.Key)).OfType<JournalCell>(),
        ];
        if (wanted.Length == 0)
        {
            return 0;
        }

        RowSchema schema = RowSchema.Of(experiment.RowType);
        await using JournalWriter writer = journals.OpenWriter(durability, "Free space, then import again.");
        foreach (JournalCell cell in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.BeginAsync(cell.Key, attempt: 1);
            int[] map = schema.Map(cell.Journal.Columns, cell.Journal.Path, []);
            using (CsvReader reader = RowLines.Reader(cell.Lines))
            {
                while (reader.Read())
                {
                    await writer.AppendAsync(cell.Key, schema.Read(reader, map));
                }
            }

            CopyFiles(Path.Combine(source.Folder, "artifacts", cell.Key), Path.Combine(journals.Artifacts, cell.Key), cell.Artifacts);
            await writer.EndAsync(cell.Key, cell.Artifacts, cell.Milliseconds);
        }

        await writer.CompleteAsync();
        return wanted.Length;
    }

    private static void CopyFiles(string from, string to, IReadOnlyList<Artifact> artifacts)
    {
        if (artifacts.Count == 0 || Directory.Exists(to))
        {
            return;
        }

        string temporary = Storage.WriteFailure.Guard(
            to,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                return Storage.TemporaryName.CreateFolder(to);
            }
        );
        foreach (Artifact artifact in artifacts)
        {
            File.Copy(Path.Combine(from, artifact.Name), Path.Combine(temporary, artifact.Name));
        }

        Directory.Move(temporary, to);
    }
}
