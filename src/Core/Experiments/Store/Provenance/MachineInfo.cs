namespace ResearchKit.Experiments;

/// <summary>The machine.</summary>
/// <param name="Cpu">The processor's name, if known.</param>
/// <param name="Cores">The physical cores, if known.</param>
/// <param name="Threads">The threads this process may use.</param>
/// <param name="MemoryGiB">The memory this process may use.</param>
/// <param name="LoadAverage">The load over the last minute when the run began, where the system tells it.</param>
/// <param name="Container">The kind of container, or null.</param>
/// <param name="Gpu">The graphics processors.</param>
public sealed record MachineInfo(
    string? Cpu,
    int? Cores,
    int Threads,
    double MemoryGiB,
    double? LoadAverage,
    string? Container,
    IReadOnlyList<GpuInfo> Gpu
);

/// <summary>A graphics processor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MemoryGiB">Its memory.</param>
/// <param name="Driver">The version of its driver.</param>
public sealed record GpuInfo(string Name, double? MemoryGiB, string? Driver);
