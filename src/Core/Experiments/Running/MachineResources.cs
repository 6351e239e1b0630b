using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ResearchKit.Experiments;

/// <summary>What this machine has. Torch is loaded only where a cell needs CUDA and a device file says that there may be one.</summary>
public sealed class MachineResources : ICellResources
{
    private readonly ConcurrentDictionary<string, string?> known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? WhyMissing(string need)
    {
        ArgumentNullException.ThrowIfNull(need);
        return known.GetOrAdd(need, Find);
    }

    private static string? Find(string need) =>
        need switch
        {
            "cuda" => WhyNoCuda(),
            _ => throw new ArgumentException($"There is no resource '{need}' that a cell could need; there are cuda and data:NAME."),
        };

    private static string? WhyNoCuda()
    {
        if (OperatingSystem.IsLinux() && !File.Exists("/dev/nvidiactl"))
        {
            return "needs cuda: this machine has no NVIDIA device";
        }

        return IsCudaUsable() ? null : "needs cuda: libtorch cannot use it here (build with -p:TorchBackend=cuda, or set RESEARCHKIT_LIBTORCH)";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsCudaUsable() => Torch.EnsureLoaded().CudaAvailable;
}
