namespace ResearchKit.Experiments;

/// <summary>The journals in the folder of a run.</summary>
internal sealed class FolderJournals(Run run, Experiment experiment, ExperimentPlan plan, TimeProvider clock) : IRunJournals
{
    public string Artifacts => Path.Combine(run.Folder, "artifacts");

    public JournalWriter OpenWriter(Durability durability, string remedy) => run.OpenWriter(experiment, durability, clock, remedy: remedy);

    public string? LogOf(string writer) => Path.Combine(run.Folder, Run.JournalFolder, writer + ".log");

    public Task<RunState> ReadAsync(string? prefer, CancellationToken cancellationToken) =>
        RunState.ReadAsync(run, experiment, plan, prefer, cancellationToken);
}
