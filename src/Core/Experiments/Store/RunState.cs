namespace ResearchKit.Experiments;

/// <summary>How a run stands, by its journals alone: which cells are done, with their rows. Derived files play no part.</summary>
public sealed class RunState
{
    private readonly Experiment experiment;
    private readonly JournalCell?[] done;

    private RunState(
        Experiment experiment,
        ExperimentPlan plan,
        IReadOnlyList<Journal> journals,
        JournalCell?[] done,
        IReadOnlyList<CellResult> cells
    )
    {
        (this.experiment, Plan, this.done, Cells) = (experiment, plan, done, cells);
        Journals = journals;
        Damages = [.. journals.SelectMany(j => j.Damages)];
        Writers =
        [
            .. journals.Select(j => new WriterState(
                j.Writer,
                j.Cells.Count,
                j.Failures.Count,
                j.Cells.Sum(c => c.Milliseconds) / 1000,
                j.Unfinished,
                j.LastWriteUtc
            )),
        ];
    }

    /// <summary>The plan.</summary>
    public ExperimentPlan Plan { get; }

    /// <summary>Every cell of the plan, in order.</summary>
    public IReadOnlyList<CellResult> Cells { get; }

    /// <summary>The writers, by id.</summary>
    public IReadOnlyList<WriterState> Writers { get; }

    /// <summary>Places in journals that are not as they were written; a cell lost by one is measured again.</summary>
    public IReadOnlyList<JournalDamage> Damages { get; }

    internal IReadOnlyList<Journal> Journals { get; }

    /// <summary>Reads the journals of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="prefer">The writer whose rows count where two disagree; null to refuse them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3002, RK3003: plan or manifest cannot be used; RK3004: two writers disagree about a cell that is no timing cell.</exception>
    public static async Task<RunState> ReadAsync(
        Run run,
        Experiment experiment,
        string? prefer = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ExperimentPlan plan = await run.ReadPlanAsync(experiment, cancellationToken);
        return await ReadAsync(run, experiment, plan, prefer, cancellationToken);
    }

    internal static async Task<RunState> ReadAsync(
        Run run,
        Experiment experiment,
        ExperimentPlan plan,
        string? prefer,
        CancellationToken cancellationToken
    )
    {
        List<Journal> journals = [];
        foreach (string path in run.JournalPaths())
        {
            journals.Add(await JournalReader.ReadAsync(path, experiment.Info, cancellationToken));
        }

        return Of(experiment, plan, journals, prefer);
    }

    /// <summary>Puts journals together.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="journals">The journals, by writer.</param>
    /// <param name="prefer">The writer whose rows count where two disagree.</param>
    /// <exception cref="ResearchKitException">RK3004: two writers disagree about a cell.</exception>
    internal static RunState Of(Experiment experiment, ExperimentPlan plan, IReadOnlyList<Journal> journals, string? prefer)
    {
        Dictionary<string, JournalCell> chosen = CellChoice.Of(journals, plan, prefer);
        Dictionary<string, JournalFailure> failures = [];
        foreach (JournalFailure failure in journals.SelectMany(j => j.Failures))
        {
            failures[failure.Key] = failure;
        }

        Dictionary<string, JournalDamage> damages = [];
        foreach (JournalDamage damage in journals.SelectMany(j => j.Damages).Where(d => d.Key is not null))
        {
            damages.TryAdd(damage.Key!, damage);
        }

        JournalCell?[] done = new JournalCell?[plan.Cells.Count];
        CellResult[] results = new CellResult[plan.Cells.Count];
        for (int i = 0; i < results.Length; i++)
        {
            PlannedCell cell = plan.Cells[i];
            done[i] = chosen.GetValueOrDefault(cell.Key);
            results[i] =
                done[i] is { } found ? new CellResult(i, cell.Key, cell.Json, CellState.Done, null, found.Milliseconds, found.Rows)
                : damages.TryGetValue(cell.Key, out JournalDamage? damage)
                    ? new CellResult(
                        i,
                        cell.Key,
                        cell.Json,
                        CellState.Damaged,
                        FormattableString.Invariant($"{damage.What} ({damage.File}, byte {damage.Offset})")
                    )
                : failures.TryGetValue(cell.Key, out JournalFailure? failure)
                    ? new CellResult(i, cell.Key, cell.Json, CellState.Failed, failure.Error)
                : new CellResult(i, cell.Key, cell.Json, CellState.Missing);
        }

        return new RunState(experiment, plan, journals, done, results);
    }

    /// <summary>All committed rows as text: the columns of the cell, then those of the row, in the order of the plan.</summary>
    /// <exception cref="ResearchKitException">RK3002: a journal lacks a column that has neither null nor a default.</exception>
    public RowTable Table() => new StoredRows(experiment, Plan, done).Table();

    /// <summary>All committed rows as records, in the order of the plan.</summary>
    /// <param name="notes">Told of columns that the row record no longer has.</param>
    internal IReadOnlyList<MeasuredRow> Rows(ICollection<string> notes) => new StoredRows(experiment, Plan, done).Records(notes);

    internal JournalCell? DoneCell(int index) => done[index];
}

/// <summary>What one writer of a run has done so far.</summary>
/// <param name="Id">The id: the name of its journal without the ending.</param>
/// <param name="Cells">The cells it finished.</param>
/// <param name="Failures">The failed attempts.</param>
/// <param name="Seconds">The sum of the durations of its cells.</param>
/// <param name="Unfinished">The keys of cells it began and did not end: running, or lost with it.</param>
/// <param name="LastWriteUtc">When it last wrote, where that is known.</param>
public sealed record WriterState(
    string Id,
    int Cells,
    int Failures,
    double Seconds,
    IReadOnlyList<string> Unfinished,
    DateTimeOffset? LastWriteUtc
);
