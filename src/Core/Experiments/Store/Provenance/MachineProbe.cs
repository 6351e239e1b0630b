using System.Globalization;
using System.Runtime.InteropServices;

namespace ResearchKit.Experiments;

/// <summary>Describes the machine, the runtime and the environment.</summary>
internal static class MachineProbe
{
    private const double BytesPerGiB = 1L << 30;

    // What changes threads, devices or results; never a secret.
    private static readonly string[] Prefixes = ["OMP_", "MKL_", "OPENBLAS_", "RESEARCHKIT_", "DOTNET_gc", "DOTNET_Tiered"];
    private static readonly string[] Names =
    [
        "CUDA_VISIBLE_DEVICES",
        "SLURM_JOB_ID",
        "SLURM_ARRAY_JOB_ID",
        "SLURM_ARRAY_TASK_ID",
        "SLURM_CPUS_PER_TASK",
        "SLURM_JOB_PARTITION",
        "SLURM_CLUSTER_NAME",
        "SLURM_RESTART_COUNT",
    ];

    internal static RuntimeInfo Runtime() =>
        new(
            OsName(),
            System.Environment.OSVersion.Version.ToString(),
            System.Environment.Version.ToString(),
            RuntimeInformation.RuntimeIdentifier,
            CultureInfo.CurrentCulture.Name
        );

    internal static async Task<MachineInfo> MachineAsync()
    {
        string[] cpu = ReadLines("/proc/cpuinfo");
        int cores = cpu.Where(l =>
                l.StartsWith("core id", StringComparison.Ordinal) || l.StartsWith("physical id", StringComparison.Ordinal)
            )
            .Chunk(2)
            .Select(c => string.Join('|', c))
            .Distinct()
            .Count();
        return new MachineInfo(
            cpu.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim(),
            cores > 0 ? cores : null,
            System.Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerGiB, 2),
            LoadAverage(),
            Container(),
            await GpusAsync()
        );
    }

    /// <summary>The number of processes that wanted to run over the last minute; null where the system does not tell.</summary>
    internal static double? LoadAverage() =>
        ReadLines("/proc/loadavg") is [var line, ..]
        && double.TryParse(line.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double load)
            ? load
            : null;

    internal static IReadOnlyDictionary<string, string> EnvironmentVariables() =>
        System
            .Environment.GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(n => Names.Contains(n) || Prefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .ToDictionary(n => n, n => HomePath.Hide(System.Environment.GetEnvironmentVariable(n) ?? ""), StringComparer.Ordinal);

    private static string OsName() =>
        ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?[12..].Trim('"')
        ?? RuntimeInformation.OSDescription;

    private static string? Container() =>
        File.Exists("/.dockerenv") ? "docker"
        : File.Exists("/run/.containerenv") ? "podman"
        : System.Environment.GetEnvironmentVariable("APPTAINER_CONTAINER") is not null ? "apptainer"
        : System.Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null ? "kubernetes"
        : null;

    private static async Task<IReadOnlyList<GpuInfo>> GpusAsync()
    {
        if (!File.Exists("/dev/nvidiactl") && !OperatingSystem.IsWindows())
        {
            return [];
        }

        string? table = await ProgramOutput.TryReadAsync(
            "nvidia-smi",
            AppContext.BaseDirectory,
            "--query-gpu=name,memory.total,driver_version",
            "--format=csv,noheader,nounits"
        );
        return
        [
            .. (table ?? "")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split(',', StringSplitOptions.TrimEntries))
                .Where(f => f.Length == 3)
                .Select(f => new GpuInfo(
                    f[0],
                    double.TryParse(f[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double mib)
                        ? Math.Round(mib / 1024, 2)
                        : null,
                    f[2]
                )),
        ];
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a fact that is not to be had here is left out of the manifest
        }
    }
}
