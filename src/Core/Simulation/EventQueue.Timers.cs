namespace ResearchKit.Simulation;

// A cancellable event owns a slot from scheduling until it is met: taken out, or dropped. The generation of a slot grows each time it is given away, so that a
// handle kept too long means nothing instead of another event.
public sealed partial class EventQueue
{
    private Slot[] _slots = [];
    private int _slotsUsed;
    private int _freeSlot = None;

    private struct Slot
    {
        public uint Generation; // from 1 on: the default handle fits no slot
        public int NextFree;
        public long Time;
        public bool IsPending;
        public bool IsCancelled;
    }

    /// <summary>Cancels an event.</summary>
    /// <param name="timer">The handle.</param>
    /// <returns>True if the event was pending; false if it has happened, was cancelled before, or never was.</returns>
    public bool Cancel(EventTimer timer)
    {
        if (!IsPending(timer))
        {
            return false;
        }

        ref Slot slot = ref _slots[timer.Slot];
        slot.IsPending = false;
        slot.IsCancelled = true;
        _cancelled++;
        if (slot.Time == _earliest)
        {
            _earliest = None;
        }

        if (_cancelled >= FewestToSweep && _cancelled > _stored - _cancelled)
        {
            Sweep();
        }

        return true;
    }

    /// <summary>Whether the event of a handle is still to come.</summary>
    /// <param name="timer">The handle.</param>
    public bool IsPending(EventTimer timer) =>
        (uint)timer.Slot < (uint)_slotsUsed && _slots[timer.Slot].Generation == timer.Generation && _slots[timer.Slot].IsPending;

    private int TakeSlot(long time)
    {
        int index = _freeSlot;
        if (index != None)
        {
            _freeSlot = _slots[index].NextFree;
        }
        else
        {
            if (_slotsUsed == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Max(16, 2 * _slots.Length));
            }

            index = _slotsUsed++;
        }

        ref Slot slot = ref _slots[index];
        slot.Generation++;
        slot.Time = time;
        slot.IsPending = true;
        slot.IsCancelled = false;
        return index;
    }

    /// <summary>Frees the slot of an event that was taken out.</summary>
    /// <returns>Whether the event counts; false if it was cancelled.</returns>
    private bool ReleaseSlot(int index)
    {
        ref Slot slot = ref _slots[index];
        bool counts = !slot.IsCancelled;
        if (!counts)
        {
            _cancelled--;
        }

        slot.IsPending = slot.IsCancelled = false;
        slot.NextFree = _freeSlot;
        _freeSlot = index;
        return counts;
    }

    /// <summary>Whether an event that is met in passing stays; if it was cancelled, it is forgotten.</summary>
    private bool KeepSlot(int index)
    {
        if (!_slots[index].IsCancelled)
        {
            return true;
        }

        _stored--;
        ReleaseSlot(index);
        return false;
    }

    /// <summary>Drops all cancelled events, so that timers which are always cancelled take memory for twice the pending events at most.</summary>
    private void Sweep()
    {
        for (int index = 0; index < _buckets.Length; index++)
        {
            if ((_occupied[index >> DigitBits] & (1UL << (index & (Digits - 1)))) == 0)
            {
                continue;
            }

            Bucket from = _buckets[index];
            Clear(index);
            for (int chunk = from.Head, start = from.Start; chunk != None; start = 0)
            {
                int end = chunk == from.Tail ? from.End : ChunkSize;
                for (int i = start; i < end; i++)
                {
                    Entry entry = _entries[(chunk << ChunkBits) + i];
                    if (entry.Slot == None || KeepSlot(entry.Slot))
                    {
                        Append(index) = entry;
                    }
                }

                chunk = FreeChunk(chunk, isTail: chunk == from.Tail);
            }
        }
    }
}
