using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ResearchKit.Data;

namespace ResearchKit.Experiments;

/// <summary>What this machine has. Torch is loaded only where a cell needs CUDA and a device file says that there may be one.</summary>
/// <param name="data">The data sets.</param>
public sealed class MachineResources(DatasetCatalog data) : ICellResources
{
    /// <summary>In front of the name of a data set.</summary>
    internal const string DataPrefix = "data:";

    private readonly ConcurrentDictionary<string, string?> known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? WhyMissing(string need)
    {
        ArgumentNullException.ThrowIfNull(need);
        return known.GetOrAdd(need, Find);
    }

    private string? Find(string need) =>
        need switch
        {
            "cuda" => WhyNoCuda(),
            _ when need.StartsWith(DataPrefix, StringComparison.Ordinal) => WhyNoData(need[DataPrefix.Length..]),
            _ => throw new ArgumentException($"There is no resource '{need}' that a cell could need; there are cuda and data:NAME."),
        };

    private string? WhyNoData(string name) =>
        data.Find(name) is null ? $"needs data:{name}: not on this machine; researchkit data fetch {name}" : null;

    private static string? WhyNoCuda()
    {
        if (OperatingSystem.IsLinux() && !File.Exists("/dev/nvidiactl"))
        {
            return "needs cuda: this machine has no NVIDIA device";
        }

        return IsCudaUsable()
            ? null
            : "needs cuda: libtorch cannot use it here (build with -p:TorchBackend=cuda, or set RESEARCHKIT_LIBTORCH)";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsCudaUsable() => Torch.EnsureLoaded().CudaAvailable;
}
