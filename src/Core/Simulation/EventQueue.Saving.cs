namespace ResearchKit.Simulation;

public sealed partial class EventQueue
{
    private const int SaveVersion = 1;

    /// <summary>Writes the queue for a checkpoint: time, sequence, pending events, and the handles that were given out, which stay valid in the queue that is loaded.</summary>
    /// <param name="writer">Where to.</param>
    /// <exception cref="InvalidOperationException">An event of a <see cref="SimulationClock"/> is pending: its callback cannot be written.</exception>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Entry[] pending = [.. Pending().OrderBy(static entry => entry.Sequence)];
        if (pending.Any(static entry => entry.Kind == SimulationClock.TimerKind))
        {
            throw new InvalidOperationException("A timer of a simulated clock is pending; code cannot be written to a checkpoint.");
        }

        writer.Write(SaveVersion);
        writer.Write(Granularity.Nanoseconds);
        writer.Write(_now);
        writer.Write(_last);
        writer.Write(_sequence);
        writer.Write(_slotsUsed);
        for (int slot = 0; slot < _slotsUsed; slot++)
        {
            writer.Write(_slots[slot].Generation);
        }

        writer.Write(pending.Length);
        foreach (Entry entry in pending)
        {
            writer.Write(entry.Time);
            writer.Write(entry.Sequence);
            writer.Write(entry.Kind);
            writer.Write(entry.Node);
            writer.Write(entry.Payload);
            writer.Write(entry.Slot);
        }
    }

    /// <summary>Reads a queue that <see cref="Save"/> wrote; what remains of the run is the same as if it had not been interrupted.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="MalformedFileException">The content is no such queue.</exception>
    public static EventQueue Load(BinaryReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            return Load(reader);
        }
        catch (Exception damage) when (damage is EndOfStreamException or ArgumentException or InvalidDataException)
        {
            throw new MalformedFileException(name, "a saved event queue", damage.Message, innerException: damage);
        }
    }

    private static EventQueue Load(BinaryReader reader)
    {
        Require(reader.ReadInt32() == SaveVersion, "version");
        EventQueue queue = new(new ClockGranularity(reader.ReadInt64())) { _now = reader.ReadInt64(), _last = reader.ReadInt64() };
        queue._sequence = reader.ReadUInt64();
        queue._slotsUsed = reader.ReadInt32();
        Require(queue._last >= 0 && queue._last <= queue._now && queue._slotsUsed >= 0, "time");
        for (int slot = 0; slot < queue._slotsUsed; slot++)
        {
            if (slot == queue._slots.Length) // grown by what is really there: a damaged count allocates nothing
            {
                Array.Resize(ref queue._slots, Math.Max(16, 2 * slot));
            }

            queue._slots[slot].Generation = reader.ReadUInt32();
        }

        ulong previous = 0;
        int pending = reader.ReadInt32();
        Require(pending >= 0, "number of events");
        for (int i = 0; i < pending; i++)
        {
            Entry entry = new(
                reader.ReadInt64(),
                reader.ReadUInt64(),
                reader.ReadInt32(),
                reader.ReadInt32(),
                reader.ReadInt32(),
                reader.ReadInt32()
            );
            Require(
                entry.Time >= queue._now && entry.Sequence < queue._sequence && (i == 0 || entry.Sequence > previous),
                "order of events"
            );
            Require(entry.Slot == None || ((uint)entry.Slot < (uint)queue._slotsUsed && !queue._slots[entry.Slot].IsPending), "timers");
            if (entry.Slot != None)
            {
                queue._slots[entry.Slot].IsPending = true;
                queue._slots[entry.Slot].Time = entry.Time;
            }

            previous = entry.Sequence;
            queue.Append(queue.PlaceOf(entry.Time)) = entry;
            queue._stored++;
        }

        for (int slot = queue._slotsUsed - 1; slot >= 0; slot--)
        {
            if (!queue._slots[slot].IsPending)
            {
                queue._slots[slot].NextFree = queue._freeSlot;
                queue._freeSlot = slot;
            }
        }

        return queue;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException($"The {what} in it cannot be.");
        }
    }

    private IEnumerable<Entry> Pending()
    {
        for (int index = 0; index < _buckets.Length; index++)
        {
            if ((_occupied[index >> DigitBits] & (1UL << (index & (Digits - 1)))) == 0)
            {
                continue;
            }

            Bucket bucket = _buckets[index];
            for (int chunk = bucket.Head, start = bucket.Start; chunk != None; start = 0)
            {
                int end = chunk == bucket.Tail ? bucket.End : ChunkSize;
                for (int i = start; i < end; i++)
                {
                    Entry entry = _entries[(chunk << ChunkBits) + i];
                    if (entry.Slot == None || !_slots[entry.Slot].IsCancelled)
                    {
                        yield return entry;
                    }
                }

                chunk = chunk == bucket.Tail ? None : _nextChunk[chunk];
            }
        }
    }
}
