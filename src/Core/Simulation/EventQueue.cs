using System.Numerics;
using System.Runtime.CompilerServices;

namespace ResearchKit.Simulation;

/// <summary>
/// The pending events of a discrete-event simulation, given back in the order of (time, sequence); the sequence is assigned at scheduling. Nothing is allocated
/// per event once the queue has reached its size.
/// </summary>
/// <remarks>
/// A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990) with digits of 6 bits: as virtual time never runs backwards, an event is kept under the highest digit in
/// which its time differs from the last event's, and moves to lower digits only when its turn comes near, a few times in its life and always through memory in
/// order. Where an event is kept is a function of its time alone, and every move keeps the order, so equal times come out in the order of scheduling without one
/// comparison of sequences. A cancelled event is dropped when it is met; when cancelled events outnumber the others, all of them are.
/// Not thread-safe: one simulation, one thread.
/// </remarks>
public sealed partial class EventQueue
{
    private const int DigitBits = 6;
    private const int Digits = 1 << DigitBits;
    private const int Levels = (63 + DigitBits - 1) / DigitBits;
    private const int ChunkBits = 4;
    private const int ChunkSize = 1 << ChunkBits;
    private const int None = -1;

    /// <summary>Fewer cancelled events than this are never worth a sweep.</summary>
    private const int FewestToSweep = 1024;

    private readonly Bucket[] _buckets = new Bucket[Levels * Digits];
    private readonly ulong[] _occupied = new ulong[Levels];
    private Entry[] _entries;
    private int[] _nextChunk;
    private int _freeChunk = None;
    private int _chunks;
    private long _last; // the time that decides where an event is kept: that of the last event taken out
    private long _now;
    private ulong _sequence;
    private long _stored; // pending and cancelled
    private long _cancelled;
    private long _earliest = None; // the time of the next event, if known

    /// <summary>An empty queue at time zero.</summary>
    /// <param name="granularity">The step to which <see cref="ScheduleAfter"/> cuts durations; 1 ns by default.</param>
    /// <param name="capacity">How many events to make room for; more are no error.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative.</exception>
    public EventQueue(ClockGranularity granularity = default, int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Granularity = granularity;
        int chunks = Math.Max(16, (capacity / ChunkSize) + 1);
        _entries = new Entry[chunks << ChunkBits];
        _nextChunk = new int[chunks];
    }

    /// <summary>The step to which <see cref="ScheduleAfter"/> cuts durations.</summary>
    public ClockGranularity Granularity { get; }

    /// <summary>The time of the last event taken out, or that of <see cref="AdvanceTo"/>: no event may be scheduled before.</summary>
    public VirtualTime Now => new(_now);

    /// <summary>How many events are pending; cancelled ones are not.</summary>
    public long Count => _stored - _cancelled;

    /// <summary>The sequence that the next event will have: how many have been scheduled.</summary>
    public ulong NextSequence => _sequence;

    /// <summary>Schedules an event that cannot be cancelled.</summary>
    /// <param name="at">When; not before <see cref="Now"/>.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="node">To whom.</param>
    /// <param name="payload">With what.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> is before <see cref="Now"/>.</exception>
    public void Schedule(VirtualTime at, int kind, int node = 0, int payload = 0) => Add(at, kind, node, payload, None);

    /// <summary>Schedules an event after a duration, which is cut to the queue's <see cref="Granularity"/>.</summary>
    /// <param name="duration">How long from <see cref="Now"/>; not negative.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="node">To whom.</param>
    /// <param name="payload">With what.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative.</exception>
    /// <exception cref="OverflowException">The event would be beyond 292 years.</exception>
    public void ScheduleAfter(VirtualTime duration, int kind, int node = 0, int payload = 0) =>
        Add(After(duration), kind, node, payload, None);

    /// <summary>Schedules an event that can be cancelled.</summary>
    /// <param name="at">When; not before <see cref="Now"/>.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="node">To whom.</param>
    /// <param name="payload">With what.</param>
    /// <returns>The handle for <see cref="Cancel"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> is before <see cref="Now"/>.</exception>
    public EventTimer ScheduleTimer(VirtualTime at, int kind, int node = 0, int payload = 0)
    {
        RequireNotPast(at);
        int slot = TakeSlot(at.Nanoseconds);
        Add(at, kind, node, payload, slot);
        return new(slot, _slots[slot].Generation);
    }

    /// <summary>Schedules an event that can be cancelled after a duration, which is cut to the queue's <see cref="Granularity"/>.</summary>
    /// <param name="duration">How long from <see cref="Now"/>; not negative.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="node">To whom.</param>
    /// <param name="payload">With what.</param>
    /// <returns>The handle for <see cref="Cancel"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative.</exception>
    /// <exception cref="OverflowException">The event would be beyond 292 years.</exception>
    public EventTimer ScheduleTimerAfter(VirtualTime duration, int kind, int node = 0, int payload = 0) =>
        ScheduleTimer(After(duration), kind, node, payload);

    /// <summary>The time of the next event.</summary>
    /// <param name="time">The time, if there is one.</param>
    /// <returns>Whether an event is pending.</returns>
    public bool TryPeek(out VirtualTime time)
    {
        if (_earliest == None && Count > 0)
        {
            _earliest = FindEarliest();
        }

        time = new(Math.Max(_earliest, 0));
        return Count > 0;
    }

    /// <summary>Takes out the next event; <see cref="Now"/> becomes its time.</summary>
    /// <param name="next">The event, if there is one.</param>
    /// <returns>Whether an event was pending.</returns>
    public bool TryDequeue(out SimulationEvent next)
    {
        while (_stored > 0)
        {
            if (_occupied[0] == 0)
            {
                BringForward();
                continue;
            }

            int index = BitOperations.TrailingZeroCount(_occupied[0]);
            Entry entry = TakeFirst(index);
            if (entry.Slot != None && !ReleaseSlot(entry.Slot))
            {
                continue;
            }

            _last = _now = entry.Time;
            _earliest = None;
            next = entry.AsEvent();
            return true;
        }

        next = default;
        return false;
    }

    /// <summary>Takes out the next event if it is not after a deadline.</summary>
    /// <param name="deadline">The last moment that counts.</param>
    /// <param name="next">The event, if there is one.</param>
    /// <returns>Whether there was one; if not, <see cref="Now"/> is unchanged.</returns>
    public bool TryDequeue(VirtualTime deadline, out SimulationEvent next)
    {
        // Bringing events forward is allowed up to the next event's time only, so the question comes first; on the lowest level its answer is at hand.
        if (TryPeek(out VirtualTime time) && time <= deadline)
        {
            return TryDequeue(out next);
        }

        next = default;
        return false;
    }

    /// <summary>Moves <see cref="Now"/> on without an event, for example to the end of a run.</summary>
    /// <param name="time">The new time.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is before <see cref="Now"/>, or an event is pending before it.</exception>
    public void AdvanceTo(VirtualTime time)
    {
        RequireNotPast(time);
        if (TryPeek(out VirtualTime next) && next < time)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, $"An event is pending at {next}: take it out first.");
        }

        _now = time.Nanoseconds;
    }

    private void Add(VirtualTime at, int kind, int node, int payload, int slot)
    {
        RequireNotPast(at);
        long time = at.Nanoseconds;
        ref Entry place = ref Append(PlaceOf(time));
        place = new(time, _sequence++, kind, node, payload, slot);
        _stored++;
        if (_earliest != None && time < _earliest)
        {
            _earliest = time;
        }
    }

    private VirtualTime After(VirtualTime duration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(duration.Nanoseconds, nameof(duration));
        return Now + Granularity.Truncate(duration);
    }

    private void RequireNotPast(VirtualTime at, [CallerArgumentExpression(nameof(at))] string? parameter = null)
    {
        if (at.Nanoseconds < _now)
        {
            throw new ArgumentOutOfRangeException(parameter, at, $"It is {Now} already: virtual time does not run backwards.");
        }
    }

    /// <summary>Where an event of that time is kept: the highest digit that differs from the last event's, and its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(long time)
    {
        int level = (int)((uint)BitOperations.Log2((ulong)(time ^ _last)) / DigitBits);
        return (level << DigitBits) | ((int)(time >> (level * DigitBits)) & (Digits - 1));
    }

    /// <summary>Moves the events of the first bucket to lower digits. The lowest level is empty.</summary>
    private void BringForward()
    {
        int first = FirstBucket();
        long earliest = Earliest(first);
        Bucket from = _buckets[first];
        Clear(first);
        if (earliest == None)
        {
            DropAll(from);
            return;
        }

        _last = earliest;
        for (int chunk = from.Head, start = from.Start; chunk != None; start = 0)
        {
            int end = chunk == from.Tail ? from.End : ChunkSize;
            for (int i = start; i < end; i++)
            {
                Entry entry = _entries[(chunk << ChunkBits) + i];
                if (entry.Slot == None || KeepSlot(entry.Slot))
                {
                    Append(PlaceOf(entry.Time)) = entry;
                }
            }

            chunk = FreeChunk(chunk, isTail: chunk == from.Tail);
        }
    }

    private int FirstBucket()
    {
        int level = 0;
        while (_occupied[level] == 0)
        {
            level++;
        }

        return (level << DigitBits) | BitOperations.TrailingZeroCount(_occupied[level]);
    }

    /// <summary>The earliest pending time in a bucket, or <see cref="None"/>.</summary>
    private long Earliest(int index)
    {
        Bucket bucket = _buckets[index];
        long earliest = long.MaxValue;
        bool found = false;
        for (int chunk = bucket.Head, start = bucket.Start; ; chunk = _nextChunk[chunk], start = 0)
        {
            int end = chunk == bucket.Tail ? bucket.End : ChunkSize;
            foreach (ref readonly Entry entry in _entries.AsSpan((chunk << ChunkBits) + start, end - start))
            {
                if (entry.Time <= earliest && (entry.Slot == None || !_slots[entry.Slot].IsCancelled))
                {
                    earliest = entry.Time;
                    found = true;
                }
            }

            if (chunk == bucket.Tail)
            {
                return found ? earliest : None;
            }
        }
    }

    private long FindEarliest()
    {
        for (int level = 0; level < Levels; level++)
        {
            for (ulong left = _occupied[level]; left != 0; left &= left - 1)
            {
                long earliest = Earliest((level << DigitBits) | BitOperations.TrailingZeroCount(left));
                if (earliest != None)
                {
                    return earliest;
                }
            }
        }

        return None;
    }
}
