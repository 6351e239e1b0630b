using ResearchKit.Data;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary>Shows the fetching of data sets: a line that is rewritten on a terminal, else a line every 30 seconds and one for each file.</summary>
/// <param name="console">The error stream.</param>
/// <param name="clock">The clock.</param>
internal sealed class DownloadDisplay(ErrorConsole console, TimeProvider clock) : IProgress<DatasetProgress>
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private readonly Lock gate = new();
    private long shown = clock.GetTimestamp();
    private bool lineIsOpen;

    public void Report(DatasetProgress value)
    {
        if (console.Verbosity == Verbosity.Quiet)
        {
            return;
        }

        lock (gate)
        {
            if (value.Phase == DatasetPhase.Done)
            {
                Close();
                console.Note($"{value.Dataset}: {value.File} is here");
            }
            else if (clock.GetElapsedTime(shown) >= (console.IsLive ? LiveInterval : PlainProgress.Heartbeat))
            {
                shown = clock.GetTimestamp();
                Show(value);
            }
        }
    }

    private void Show(DatasetProgress value)
    {
        string total = value.TotalBytes is { } bytes ? $" of {new ByteSize(bytes)}" : "";
        string text = $"{value.Dataset}: {Doing(value.Phase)} {value.File}, {new ByteSize(value.Bytes)}{total}";
        if (console.IsLive)
        {
            // Clears to the end of the line: the text before may have been longer.
            console.Writer.Write($"\r{text}\u001b[K");
            lineIsOpen = true;
        }
        else
        {
            console.Note(text);
        }
    }

    private void Close()
    {
        if (lineIsOpen)
        {
            console.Writer.WriteLine();
            lineIsOpen = false;
        }
    }

    private static string Doing(DatasetPhase phase) =>
        phase switch
        {
            DatasetPhase.Transferring => "getting",
            DatasetPhase.Unpacking => "unpacking",
            DatasetPhase.Hashing => "hashing",
            _ => "checking",
        };
}
