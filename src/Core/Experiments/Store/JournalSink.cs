using System.Buffers;
using System.Threading.Channels;

namespace ResearchKit.Experiments;

/// <summary>A line to be written, and who waits for it.</summary>
/// <param name="Line">The bytes, LF included.</param>
/// <param name="Written">Set when the line is written.</param>
/// <param name="IsEnd">Whether the line ends a cell, so that it is worth an fsync.</param>
internal readonly record struct JournalEntry(byte[] Line, TaskCompletionSource? Written, bool IsEnd = false);

/// <summary>The file end of a journal: batches, one write call each, and fsync as the durability asks.</summary>
internal sealed class JournalSink(Stream stream, Durability durability, TimeProvider clock)
{
    private const int BatchBytes = 1 << 18;
    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> batch = new(1 << 14);
    private long lastSync = clock.GetTimestamp();
    private bool unsynced;

    /// <summary>Waits for lines; makes finished cells durable when nothing more comes for a second.</summary>
    /// <param name="lines">The queue.</param>
    /// <returns>False when the queue is closed and empty.</returns>
    internal async Task<bool> WaitAsync(ChannelReader<JournalEntry> lines)
    {
        Task<bool> more = lines.WaitToReadAsync().AsTask();
        if (unsynced && !more.IsCompleted)
        {
            TimeSpan left = SyncEvery - clock.GetElapsedTime(lastSync);
            if (left > TimeSpan.Zero)
            {
                await Task.WhenAny(more, Task.Delay(left, clock));
            }

            if (!more.IsCompleted)
            {
                Sync();
            }
        }

        return await more;
    }

    /// <summary>Writes what is queued, as one write call.</summary>
    /// <param name="lines">The queue.</param>
    /// <param name="waiting">Filled with those that wait for the lines.</param>
    internal void WriteBatch(ChannelReader<JournalEntry> lines, List<TaskCompletionSource> waiting)
    {
        bool ends = false;
        batch.ResetWrittenCount();
        while (batch.WrittenCount < BatchBytes && lines.TryRead(out JournalEntry entry))
        {
            batch.Write(entry.Line);
            ends |= entry.IsEnd;
            if (entry.Written is not null)
            {
                waiting.Add(entry.Written);
            }
        }

        stream.Write(batch.WrittenSpan);
        if (durability == Durability.Process || !ends)
        {
            return;
        }

        unsynced = true;
        if (durability == Durability.Cell || clock.GetElapsedTime(lastSync) >= SyncEvery)
        {
            Sync();
        }
    }

    internal void Close()
    {
        if (unsynced)
        {
            Sync();
        }

        stream.Dispose();
    }

    /// <summary>Closes the file after a failed write; there is nothing buffered that closing could write.</summary>
    internal void Abandon()
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The write that failed before is the one that is reported.
        }
    }

    private void Sync()
    {
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }

        lastSync = clock.GetTimestamp();
        unsynced = false;
    }
}
