using System.Text.Json;
using CsCheck;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class EventQueueTests
{
    /// <summary>The plain reference: a sorted set of (time, sequence), from which a cancelled event is removed at once.</summary>
    private sealed class SortedEvents
    {
        private readonly SortedSet<(long Time, ulong Sequence, int Kind)> _events = [];
        private ulong _sequence;

        public int Count => _events.Count;

        public (long, ulong, int) Add(long time, int kind)
        {
            _events.Add((time, _sequence, kind));
            return (time, _sequence++, kind);
        }

        public bool Remove((long, ulong, int) added) => _events.Remove(added);

        public (long Time, ulong Sequence, int Kind)? First => _events.Count == 0 ? null : _events.Min;
    }

    private enum Act
    {
        Schedule,
        Timer,
        Take,
        TakeUntil,
        Cancel,
        Peek,
        Advance,
        Reload,
    }

    private static readonly Gen<(Act Act, long Delay, int Which)[]> Scripts = Gen.Select(
        Gen.Frequency(
            (6, Gen.Const(Act.Schedule)),
            (4, Gen.Const(Act.Timer)),
            (6, Gen.Const(Act.Take)),
            (2, Gen.Const(Act.TakeUntil)),
            (3, Gen.Const(Act.Cancel)),
            (2, Gen.Const(Act.Peek)),
            (1, Gen.Const(Act.Advance)),
            (1, Gen.Const(Act.Reload))
        ),
        // Small delays meet equal times and the lowest digits, large ones the upper digits.
        Gen.OneOf(Gen.Long[0, 3], Gen.Long[0, 200], Gen.Long[0, 1L << 20], Gen.Long[0, 1L << 50]),
        Gen.Int[0, 1000]
    ).Array[0, 300];

    [Test]
    public void Gives_the_events_of_a_sorted_set() => Scripts.Sample(script => Follow(script), iter: 2_000);

    [Test, Category("Long")]
    public void Gives_the_events_of_a_sorted_set_for_long() => Scripts.Sample(script => Follow(script), iter: 100_000);

    private static void Follow((Act Act, long Delay, int Which)[] script)
    {
        EventQueue queue = new();
        SortedEvents reference = new();
        List<(EventTimer Handle, (long, ulong, int) Added)> timers = [];
        for (int step = 0; step < script.Length; step++)
        {
            (Act act, long delay, int which) = script[step];
            VirtualTime at = queue.Now + new VirtualTime(delay);
            switch (act)
            {
                case Act.Schedule:
                    queue.Schedule(at, step);
                    reference.Add(at.Nanoseconds, step);
                    break;
                case Act.Timer:
                    timers.Add((queue.ScheduleTimer(at, step), reference.Add(at.Nanoseconds, step)));
                    break;
                case Act.Take or Act.TakeUntil:
                    bool expected = reference.First is { } first && (act == Act.Take || first.Time <= at.Nanoseconds);
                    bool taken = act == Act.Take ? queue.TryDequeue(out SimulationEvent next) : queue.TryDequeue(at, out next);
                    Assert.That(taken, Is.EqualTo(expected));
                    if (taken)
                    {
                        Assert.That((next.Time.Nanoseconds, next.Sequence, next.Kind), Is.EqualTo(reference.First));
                        reference.Remove(reference.First!.Value);
                        Assert.That(queue.Now, Is.EqualTo(next.Time));
                    }

                    break;
                case Act.Cancel when timers.Count > 0:
                    (EventTimer handle, (long, ulong, int) added) = timers[which % timers.Count];
                    Assert.That(queue.IsPending(handle), Is.EqualTo(queue.Cancel(handle)));
                    Assert.That(queue.IsPending(handle), Is.False);
                    break;
                case Act.Peek:
                    Assert.That(queue.TryPeek(out VirtualTime time) ? time.Nanoseconds : -1, Is.EqualTo(reference.First?.Time ?? -1));
                    break;
                case Act.Advance when reference.First is null || at.Nanoseconds <= reference.First.Value.Time:
                    queue.AdvanceTo(at);
                    break;
                case Act.Reload:
                    queue = Reload(queue);
                    break;
            }

            if (act == Act.Cancel && timers.Count > 0)
            {
                reference.Remove(timers[which % timers.Count].Added);
            }

            Assert.That(queue.Count, Is.EqualTo(reference.Count));
        }

        while (reference.First is { } last)
        {
            Assert.That(queue.TryDequeue(out SimulationEvent next), Is.True);
            Assert.That((next.Time.Nanoseconds, next.Sequence, next.Kind), Is.EqualTo(last));
            reference.Remove(last);
        }

        Assert.That(queue.TryDequeue(out _), Is.False);
    }

    private static EventQueue Reload(EventQueue queue)
    {
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            queue.Save(writer);
        }

        stream.Position = 0;
        using BinaryReader reader = new(stream);
        EventQueue loaded = EventQueue.Load(reader, "memory");
        Assert.That((loaded.Now, loaded.Count, loaded.NextSequence), Is.EqualTo((queue.Now, queue.Count, queue.NextSequence)));
        return loaded;
    }

    [Test]
    public void Equal_times_come_in_the_order_of_scheduling()
    {
        EventQueue queue = new();
        for (int i = 0; i < 1000; i++)
        {
            queue.Schedule(new(i % 2 == 0 ? 1_000_000 : 999_999), i);
        }

        int[] kinds = [.. Drain(queue).Select(e => e.Kind)];
        Assert.That(
            kinds,
            Is.EqualTo(Enumerable.Range(0, 500).Select(i => (2 * i) + 1).Concat(Enumerable.Range(0, 500).Select(i => 2 * i)))
        );
    }

    [Test]
    public void An_event_carries_what_it_was_given()
    {
        EventQueue queue = new(ClockGranularity.Millisecond);
        queue.ScheduleAfter(new(41_207_123), kind: 1, node: 2, payload: 3);
        EventTimer timer = queue.ScheduleTimerAfter(new(5_999_999), kind: 4, node: 5, payload: 6);
        Assert.That(queue.IsPending(timer), Is.True);
        Assert.That(
            Drain(queue),
            Is.EqualTo([new SimulationEvent(new(5_000_000), 1, 4, 5, 6), new SimulationEvent(new(41_000_000), 0, 1, 2, 3)])
        );
        Assert.That(queue.Cancel(timer), Is.False);
    }

    [Test]
    public void A_handle_does_not_cancel_the_next_event_in_its_place()
    {
        EventQueue queue = new();
        EventTimer first = queue.ScheduleTimer(new(1), 1);
        Assert.That(queue.Cancel(first), Is.True);
        Assert.That(queue.TryDequeue(out _), Is.False);
        EventTimer second = queue.ScheduleTimer(new(2), 2);
        Assert.That(second.Slot, Is.EqualTo(first.Slot));
        Assert.That(queue.Cancel(first), Is.False);
        Assert.That(queue.Cancel(default), Is.False);
        Assert.That(queue.Cancel(new EventTimer(17, 1)), Is.False);
        Assert.That(queue.IsPending(second), Is.True);
    }

    [Test]
    public void A_peek_does_not_forbid_an_earlier_event()
    {
        EventQueue queue = new();
        queue.Schedule(new(1_000_000), 1);
        Assert.That(queue.TryDequeue(new VirtualTime(500), out _), Is.False);
        queue.AdvanceTo(new(500));
        queue.Schedule(new(600), 2);
        Assert.That(queue.TryPeek(out VirtualTime time) ? time.Nanoseconds : 0, Is.EqualTo(600));
        Assert.That(Drain(queue).Select(e => e.Kind), Is.EqualTo([2, 1]));
    }

    [Test]
    public void The_past_is_closed()
    {
        EventQueue queue = new();
        queue.Schedule(new(10), 1);
        Assert.That(() => queue.AdvanceTo(new(11)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("pending"));
        queue.AdvanceTo(new(10));
        Assert.That(() => queue.Schedule(new(9), 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("backwards"));
        Assert.That(() => queue.ScheduleTimer(new(9), 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => queue.AdvanceTo(new(9)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => queue.ScheduleAfter(new(-1), 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("duration"));
        Assert.That(() => queue.ScheduleAfter(VirtualTime.MaxValue, 1), Throws.TypeOf<OverflowException>());
        Assert.That(() => new EventQueue(capacity: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(queue.Count, Is.EqualTo(1));
    }

    [Test]
    public void The_last_moment_is_a_moment()
    {
        EventQueue queue = new();
        queue.Schedule(VirtualTime.MaxValue, 1);
        queue.Schedule(VirtualTime.Zero, 2);
        Assert.That(Drain(queue).Select(e => e.Kind), Is.EqualTo([2, 1]));
    }

    [Test]
    public void Nothing_is_allocated_per_event_and_cancelled_timers_do_not_pile_up()
    {
        RandomStream stream = RandomStream.Named("EventQueueTests", "steady");
        long[] delays = [.. Enumerable.Range(0, 4096).Select(_ => stream.NextInt64(1_000_000_000))];
        EventQueue queue = new();
        for (int i = 0; i < 10_000; i++)
        {
            queue.Schedule(new(delays[i & 4095]), i);
        }

        Hold(queue, delays, 300_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Hold(queue, delays, 300_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(queue.Count, Is.EqualTo(10_000));
    }

    private static void Hold(EventQueue queue, long[] delays, int events)
    {
        for (int i = 0; i < events; i++)
        {
            queue.TryDequeue(out SimulationEvent next);
            EventTimer timeout = queue.ScheduleTimer(new(next.Time.Nanoseconds + 300_000_000_000), -1);
            queue.Schedule(new(next.Time.Nanoseconds + delays[i & 4095]), next.Kind);
            queue.Cancel(timeout);
        }
    }

    [Test]
    public void A_damaged_save_is_refused()
    {
        EventQueue queue = new();
        queue.Schedule(new(5), 1);
        queue.ScheduleTimer(new(7), 2);
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        queue.Save(writer);
        byte[] saved = stream.ToArray();
        Gen.Select(Gen.Int[0, saved.Length - 1], Gen.Byte, Gen.Int[0, saved.Length])
            .Sample(
                (place, value, length) =>
                {
                    byte[] damaged = saved.AsSpan(0, length).ToArray();
                    if (place < length)
                    {
                        damaged[place] = value;
                    }

                    try
                    {
                        using BinaryReader reader = new(new MemoryStream(damaged));
                        EventQueue loaded = EventQueue.Load(reader, "memory");
                        Assert.That(Drain(loaded).Count(), Is.LessThanOrEqualTo(2));
                    }
                    catch (MalformedFileException) { }
                }
            );
        Assert.That(() => Load([]), Throws.TypeOf<MalformedFileException>().With.Message.Contains("saved event queue"));
        Assert.That(() => Load(saved[..^1]), Throws.TypeOf<MalformedFileException>());

        static EventQueue Load(byte[] bytes)
        {
            using BinaryReader reader = new(new MemoryStream(bytes));
            return EventQueue.Load(reader, "memory");
        }
    }

    /// <summary>
    /// The training times of the published simulator's trace, which counts microseconds: a training of 3 * c * E / 1000 s follows each start; a queue with
    /// that granularity gives every end, also in the order of equal times.
    /// </summary>
    [Test]
    public void The_training_events_of_a_published_trace_come_out_of_the_queue()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "des_gossip.json");
        double[] speeds = [.. golden.RootElement.GetProperty("computeMsPerStep").EnumerateArray().Select(e => e.GetDouble())];
        int steps = golden.RootElement.GetProperty("localSteps").GetInt32();
        (long Microseconds, int Node, string What)[] trace =
        [
            .. golden
                .RootElement.GetProperty("events")
                .EnumerateArray()
                .Select(e => (e.GetProperty("t").GetInt64(), e.GetProperty("node").GetInt32(), e.GetProperty("ev").GetString()!))
                .Where(e => e.Item3 is "start_train" or "finish_train"),
        ];
        EventQueue queue = new(ClockGranularity.Microsecond);
        foreach ((long microseconds, int node, _) in trace.Where(e => e.What == "start_train"))
        {
            queue.Schedule(new(microseconds * 1000), kind: 0, node);
        }

        List<(long Microseconds, int Node, string What)> played = [];
        while (queue.TryDequeue(out SimulationEvent next))
        {
            played.Add((next.Time.Nanoseconds / 1000, next.Node, next.Kind == 0 ? "start_train" : "finish_train"));
            if (next.Kind == 0)
            {
                VirtualTime training = queue.Granularity.FromSeconds(3.0 * (speeds[next.Node] / 1000) * steps);
                queue.ScheduleAfter(training, kind: 1, next.Node);
            }
        }

        long end = trace.Max(e => e.Microseconds);
        played.RemoveAll(e => e.Microseconds > end); // trainings that the trace's end cut off
        Assert.That(
            played.Where(e => e.What == "finish_train"),
            Is.EqualTo(trace.Where(e => e.What == "finish_train")),
            "order at equal times"
        );
        Assert.That(played.Order(), Is.EqualTo(trace.Order()));
    }

    private static IEnumerable<SimulationEvent> Drain(EventQueue queue)
    {
        while (queue.TryDequeue(out SimulationEvent next))
        {
            yield return next;
        }
    }
}
