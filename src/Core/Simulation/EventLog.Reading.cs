using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace ResearchKit.Simulation;

public sealed partial class EventLog
{
    /// <summary>Reads a stored log, for a replay.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The events, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">It is no event log, or it is cut inside an event: the events before are given first.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async IAsyncEnumerable<LoggedEvent> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using FileStream stream = new(
            path,
            new FileStreamOptions
            {
                Access = FileAccess.Read,
                Mode = FileMode.Open,
                Share = FileShare.ReadWrite,
                BufferSize = BufferBytes,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }
        );
        await foreach (LoggedEvent logged in ReadAsync(stream, path, cancellationToken).ConfigureAwait(false))
        {
            yield return logged;
        }
    }

    /// <summary>Reads a stored log from a stream, which stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The events, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">It is no event log, or it is cut inside an event: the events before are given first.</exception>
    public static async IAsyncEnumerable<LoggedEvent> ReadAsync(
        Stream stream,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] record = new byte[FixedBytes];
        int read = await stream
            .ReadAtLeastAsync(record.AsMemory(0, Magic.Length), Magic.Length, false, cancellationToken)
            .ConfigureAwait(false);
        if (!record.AsSpan(0, read).SequenceEqual(Magic))
        {
            throw new MalformedFileException(name, "an event log, which begins with RKEVLOG1", "other bytes", byteOffset: 0);
        }

        long offset = read;
        for (long index = 0; ; index++)
        {
            read = await stream.ReadAtLeastAsync(record, FixedBytes, false, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                yield break;
            }

            int length = read == FixedBytes ? BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(28)) : 0;
            if (read < FixedBytes || length is < 0 or > LongestDetail)
            {
                string found = read < FixedBytes ? $"the end after {read}" : $"a detail of {length} bytes";
                throw new MalformedFileException(name, $"an event of {FixedBytes} bytes and its detail", found, byteOffset: offset);
            }

            byte[] detail = length == 0 ? [] : new byte[length];
            int details = await stream.ReadAtLeastAsync(detail, length, false, cancellationToken).ConfigureAwait(false);
            if (details < length)
            {
                string found = string.Create(CultureInfo.InvariantCulture, $"the end after {details}");
                throw new MalformedFileException(name, $"{length} bytes of detail", found, byteOffset: offset + FixedBytes);
            }

            offset += FixedBytes + length;
            yield return new(index, Event(record), detail);
        }
    }

    private static SimulationEvent Event(ReadOnlySpan<byte> record) =>
        new(
            new(BinaryPrimitives.ReadInt64LittleEndian(record)),
            BinaryPrimitives.ReadUInt64LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[24..])
        );
}
