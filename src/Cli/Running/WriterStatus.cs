using System.Diagnostics;
using System.Globalization;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>One writer of a run.</summary>
/// <param name="Id">The id.</param>
/// <param name="Cells">Finished cells.</param>
/// <param name="Failures">Failed attempts.</param>
/// <param name="InHand">Cells begun and not ended.</param>
/// <param name="LastWriteUtc">When it last wrote.</param>
/// <param name="IsAlive">Whether it still writes: its process is here, or, on another machine, it wrote lately.</param>
internal sealed record WriterStatus(string Id, int Cells, int Failures, int InHand, DateTimeOffset? LastWriteUtc, bool IsAlive)
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    internal static WriterStatus Of(WriterState writer, DateTimeOffset now) =>
        new(writer.Id, writer.Cells, writer.Failures, writer.Unfinished.Count, writer.LastWriteUtc, IsAliveNow(writer, now));

    private static bool IsAliveNow(WriterState writer, DateTimeOffset now) =>
        writer.Unfinished.Count > 0 && (ProcessHere(writer.Id) is { } id ? IsRunning(id) : now - writer.LastWriteUtc < Lately);

    /// <summary>The process of a writer of this machine, from its id <c>time-host-process-origin</c>; null for one of another machine.</summary>
    private static int? ProcessHere(string writer)
    {
        string prefix = CleanHost() + "-";
        string afterTime = writer[(writer.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return
            afterTime.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(afterTime[prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out int id)
            ? id
            : null;
    }

    private static string CleanHost() =>
        new([.. Environment.MachineName.ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-')]);

    private static bool IsRunning(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
