using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary>Which data sets that experiments can use are here.</summary>
/// <param name="context">The application.</param>
/// <param name="catalog">The catalogue.</param>
internal sealed class DataCheck(VerbContext context, DatasetCatalog catalog) : IHealthCheck
{
    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return HealthLine.Ok(
            "data",
            $"{catalog.Entries.Count} entries in the catalogue, {catalog.Entries.Count(e => e.Parameters is null && catalog.Find(e.Name) is not null)} here"
        );
        SortedDictionary<string, List<string>> users = new(StringComparer.Ordinal);
        foreach (ExperimentInfo info in context.Experiments.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (
                string need in ExperimentNeeds
                    .OfAll(context.Experiments.Create(info.Id))
                    .Where(n => n.StartsWith("data:", StringComparison.Ordinal))
            )
            {
                if (!users.TryGetValue(need[5..], out List<string>? experiments))
                {
                    users.Add(need[5..], experiments = []);
                }

                experiments.Add(info.Id);
            }
        }

        foreach ((string name, List<string> experiments) in users)
        {
            yield return Look(name, string.Join(", ", experiments));
        }
    }

    private HealthLine Look(string name, string experiments)
    {
        if (!catalog.TryGetInfo(name, out DatasetInfo? entry))
        {
            return HealthLine.Error(
                "data",
                $"{name} is used by {experiments} and not in the catalogue",
                $"Add an entry to {catalog.Root}/catalog.d."
            );
        }

        string size = entry.Bytes is { } bytes ? $" ({new ByteSize(bytes)})" : "";
        return catalog.Find(name) is { } folder
            ? HealthLine.Ok("data", $"{name} is in {folder.Path}; used by {experiments}")
            : HealthLine.Warning(
                "data",
                $"{name} is not here; used by {experiments}, which run on generated data or skip claims without it",
                $"{context.Name} data {(entry.IsManual ? "info" : "fetch")} {name}{size}"
            );
    }
}
