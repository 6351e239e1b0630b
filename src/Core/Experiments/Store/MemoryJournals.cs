namespace ResearchKit.Experiments;

/// <summary>Journals in memory, for notebooks and for measuring a cell again: the rows take the same way through text as those of a stored run.</summary>
internal sealed class MemoryJournals(Experiment experiment, ExperimentPlan plan, TimeProvider clock) : IRunJournals, IDisposable
{
    private readonly List<(string Id, MemoryStream Stream)> journals = [];

    // The files of cells need a place while they are written; they go with the run.
    public string Artifacts { get; } =
        Path.Combine(Path.GetTempPath(), $"researchkit-{WriterId.Of(clock.GetUtcNow(), "memory", 1)}-{Interlocked.Increment(ref count)}");

    private static int count;

    public JournalWriter OpenWriter(Durability durability, string remedy)
    {
        string id = WriterId.Of(clock.GetUtcNow(), "memory", journals.Count + 1);
        MemoryStream stream = new();
        journals.Add((id, stream));
        return new JournalWriter(id, id, stream, experiment.Info, RowSchema.Of(experiment.RowType), Durability.Process, clock, remedy);
    }

    public string? LogOf(string writer) => null;

    public Task<RunState> ReadAsync(string? prefer, CancellationToken cancellationToken) =>
        Task.FromResult(RunState.Of(experiment, plan, Read(cancellationToken), prefer));

    internal IReadOnlyList<Journal> Read(CancellationToken cancellationToken) =>
        [
            .. journals.Select(j =>
                JournalReader.Read(
                    new Journal { Writer = j.Id, Path = j.Id },
                    new MemoryStream(j.Stream.ToArray()),
                    experiment.Info,
                    cancellationToken
                )
            ),
        ];

    public void Dispose()
    {
        if (Directory.Exists(Artifacts))
        {
            Directory.Delete(Artifacts, recursive: true);
        }
    }
}
