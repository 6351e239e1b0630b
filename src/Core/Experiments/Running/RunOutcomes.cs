using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ResearchKit.Experiments;

/// <summary>Completes the manifest of a run by what was measured.</summary>
internal static partial class RunOutcomes
{
    private const double BytesPerMiB = 1 << 20;

    /// <summary>Adds the time, the processor time and the memory of a round of measuring.</summary>
    internal static RunManifest Measured(RunManifest manifest, TimeProvider clock, long began, TimeSpan processor, double? othersShare)
    {
        using Process process = Process.GetCurrentProcess();
        return manifest with
        {
            DurationSeconds = Math.Round((manifest.DurationSeconds ?? 0) + clock.GetElapsedTime(began).TotalSeconds, 3),
            CpuSeconds = Math.Round((manifest.CpuSeconds ?? 0) + (process.TotalProcessorTime - processor).TotalSeconds, 3),
            PeakMemoryMiB = Math.Round(Math.Max(manifest.PeakMemoryMiB ?? 0, process.PeakWorkingSet64 / BytesPerMiB), 1),
            LoadWhileTiming = othersShare is { } share
                ? Math.Max(manifest.LoadWhileTiming ?? 0, Math.Round(share, 3))
                : manifest.LoadWhileTiming,
            Native = Torch.Loaded is { } torch
                ? new NativeInfo(
                    torch.LibTorchVersion,
                    torch.IsCxxRuntimeFixed ? "fixed" : "stock",
                    System.Environment.GetEnvironmentVariable("OMP_NUM_THREADS"),
                    manifest.Threads
                )
                : manifest.Native,
        };
    }

    /// <summary>Adds how the run stands, and its writers.</summary>
    internal static RunManifest Complete(RunManifest manifest, RunState state, IReadOnlyList<CellResult> cells, TimeProvider clock)
    {
        RunOutcome outcome =
            cells.Any(c => c.State == CellState.Failed) ? RunOutcome.Failed
            : cells.Any(c => c.State is CellState.Missing or CellState.Damaged) ? RunOutcome.Incomplete
            : RunOutcome.Complete;
        return manifest with
        {
            State = outcome,
            FinishedUtc = clock.GetUtcNow(),
            Writers = [.. state.Writers.Select(w => new WriterInfo(w.Id, HostOf(w.Id), w.Cells, w.Failures, Math.Round(w.Seconds, 3)))],
        };
    }

    private static string HostOf(string writer) => WriterName().Match(writer) is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex("^[0-9]{8}T[0-9]{9}-(.*)-[0-9]+-[a-z0-9_]+(?:-[0-9]+)?$")]
    private static partial Regex WriterName();
}
