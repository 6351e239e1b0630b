using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary>Memory of the machine, or of the container.</summary>
internal sealed class MemoryCheck : IHealthCheck
{
    private const long Little = 2L << 30;

    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long free = FreeBytes() ?? limit;
        string fact = $"{new ByteSize(limit)} for this process, {new ByteSize(Math.Max(free, 0))} free";
        yield return Math.Min(limit, free) < Little
            ? HealthLine.Warning("memory", fact, "Run fewer cells at once (--jobs), or close other programs.")
            : HealthLine.Ok("memory", fact);
    }

    private static long? FreeBytes()
    {
        const string file = "/proc/meminfo";
        const string label = "MemAvailable:";
        if (!File.Exists(file))
        {
            return null;
        }

        string? line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal));
        return
            line is not null && long.TryParse(line.AsSpan(label.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture, out long kib)
            ? kib * 1024
            : null;
    }
}
