using System.Diagnostics;
using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>
/// How much of the machine other programs use while cells are timed. The load average alone would count this process too, and the cells it ran a minute ago;
/// where the system tells processor times, the share of the others is taken instead.
/// </summary>
internal sealed class LoadWatch
{
    private readonly double? total;
    private readonly double? idle;
    private readonly TimeSpan own;

    private LoadWatch() => ((total, idle), own) = (SystemTimes(), Process.GetCurrentProcess().TotalProcessorTime);

    /// <summary>Above this share, claims on wall-clock time are not judged.</summary>
    internal const double Busy = 0.5;

    internal static LoadWatch Start() => new();

    /// <summary>The share of all processors that others used since the start, 0 to 1; the load average per processor where that is not known; null if neither is.</summary>
    internal double? OthersShare()
    {
        (double? nowTotal, double? nowIdle) = SystemTimes();
        if (nowTotal - total is not (> 0 and var passed) || nowIdle - idle is not { } idled)
        {
            return MachineProbe.LoadAverage() / System.Environment.ProcessorCount;
        }

        // The system counts in ticks of 1/100 s over all processors.
        double ownTicks = (Process.GetCurrentProcess().TotalProcessorTime - own).TotalSeconds * 100;
        return Math.Clamp((passed - idled - ownTicks) / passed, 0, 1);
    }

    private static (double? Total, double? Idle) SystemTimes()
    {
        const string path = "/proc/stat";
        if (!File.Exists(path))
        {
            return (null, null);
        }

        // cpu user nice system idle iowait irq softirq steal ...; guest times are part of user.
        double[] ticks =
        [
            .. File.ReadLines(path)
                .First()
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Take(8)
                .Select(t => double.Parse(t, CultureInfo.InvariantCulture)),
        ];
        return ticks.Length < 5 ? (null, null) : (ticks.Sum(), ticks[3] + ticks[4]);
    }
}
