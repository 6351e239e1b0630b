using System.Collections.Concurrent;
using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What this machine has of what cells need: data sets by the catalogue, the rest by the machine.</summary>
/// <param name="catalog">The catalogue.</param>
/// <param name="executable">The command that gets data.</param>
internal sealed class ApplicationResources(DatasetCatalog catalog, string executable) : ICellResources
{
    private const string Data = "data:";
    private readonly MachineResources machine = new(catalog);
    private readonly ConcurrentDictionary<string, string?> known = new(StringComparer.Ordinal);

    public string? WhyMissing(string need)
    {
        ArgumentNullException.ThrowIfNull(need);
        return need.StartsWith(Data, StringComparison.Ordinal) ? known.GetOrAdd(need[Data.Length..], Find) : machine.WhyMissing(need);
    }

    private string? Find(string name) =>
        catalog.Find(name) is not null ? null
        : catalog.GetInfo(name).IsManual ? $"needs data:{name}, which is got by hand: {executable} data info {name}"
        : $"needs data:{name}: {executable} data fetch {name}";
}
