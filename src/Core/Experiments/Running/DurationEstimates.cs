using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>How long cells take, by earlier runs of the same experiment: of the very cell, else of the same cell with other seeds, else by the hint of its record.</summary>
internal sealed class DurationEstimates
{
    private const int NewestRuns = 3;

    private readonly Dictionary<string, double> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> bySeedless = new(StringComparer.Ordinal);

    private DurationEstimates() { }

    /// <summary>By hints alone.</summary>
    internal static DurationEstimates None { get; } = new();

    internal static async Task<DurationEstimates> ReadAsync(RunStore store, Experiment experiment, CancellationToken cancellationToken)
    {
        DurationEstimates estimates = new();
        Dictionary<string, List<double>> seedless = new(StringComparer.Ordinal);
        foreach (Run run in await store.NewestAsync(experiment.Info, NewestRuns, cancellationToken))
        {
            await estimates.AddAsync(run, experiment, seedless, cancellationToken);
        }

        foreach ((string cell, List<double> times) in seedless)
        {
            times.Sort();
            estimates.bySeedless[cell] = times[times.Count / 2];
        }

        return estimates;
    }

    internal TimeSpan? Of(PlannedCell cell) =>
        byKey.TryGetValue(cell.Key, out double exact) ? TimeSpan.FromMilliseconds(exact)
        : bySeedless.Count > 0 && bySeedless.TryGetValue(Seedless(cell.Json), out double similar) ? TimeSpan.FromMilliseconds(similar)
        : CellTraits.Of(cell.Cell).Duration;

    private async Task AddAsync(
        Run run,
        Experiment experiment,
        Dictionary<string, List<double>> seedless,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, double> times = new(StringComparer.Ordinal);
        foreach (string path in run.JournalPaths())
        {
            Journal journal = await JournalReader.ReadAsync(path, experiment.Info, cancellationToken);
            journal.Cells.ForEach(c => times.TryAdd(c.Key, c.Milliseconds));
        }

        await foreach ((string key, string cell) in PlanFile.ReadRawAsync(Path.Combine(run.Folder, RunStore.PlanName), cancellationToken))
        {
            if (times.TryGetValue(key, out double milliseconds) && byKey.TryAdd(key, milliseconds))
            {
                string stem = Seedless(cell);
                if (!seedless.TryGetValue(stem, out List<double>? list))
                {
                    seedless.Add(stem, list = []);
                }

                list.Add(milliseconds);
            }
        }
    }

    private static string Seedless(string cellJson)
    {
        JsonObject cell = JsonNode.Parse(cellJson)!.AsObject();
        cell.Remove("Seed");
        return cell.ToJsonString();
    }
}
