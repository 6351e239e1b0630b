using BenchmarkDotNet.Attributes;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Benchmarks;

/// <summary>
/// The hold model of discrete-event simulation: take the next event, schedule another one after a random time, with the same number pending all along. The
/// target is 2,000,000 events a second on one core with 10^6 pending (500 ns an event), nothing allocated; the peer is the 4-ary heap of .NET.
/// Run: <c>dotnet run -c Release --project benchmarks -- --filter *EventQueueBenchmarks*</c>
/// </summary>
[MemoryDiagnoser]
public class EventQueueBenchmarks
{
    private const int Operations = 1_000_000;
    private readonly long[] _delays = new long[1 << 16];
    private EventQueue _queue = null!;
    private PriorityQueue<(int Kind, int Node, int Payload), (long Time, ulong Sequence)> _heap = null!;
    private ulong _sequence;

    [Params(10_000, 100_000, 1_000_000)]
    public int Pending { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        RandomStream stream = RandomStream.Named("benchmark", "events");
        for (int i = 0; i < _delays.Length; i++)
        {
            _delays[i] = 1 + (long)(1e9 * Distributions.Exponential(stream, 1));
        }

        _queue = new EventQueue(capacity: Pending);
        _heap = new(Pending);
        for (int i = 0; i < Pending; i++)
        {
            long time = 1 + (long)(1e9 * Distributions.Exponential(stream, 1));
            _queue.Schedule(new(time), 1, i);
            _heap.Enqueue((1, i, 0), (time, _sequence++));
        }
    }

    /// <summary>Plain events.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long Hold()
    {
        EventQueue queue = _queue;
        for (int i = 0; i < Operations; i++)
        {
            queue.TryDequeue(out SimulationEvent next);
            queue.Schedule(new(next.Time.Nanoseconds + _delays[i & 0xFFFF]), next.Kind, next.Node, i);
        }

        return queue.Now.Nanoseconds;
    }

    /// <summary>With a deadline, as a run of limited time asks.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long HoldWithDeadline()
    {
        EventQueue queue = _queue;
        for (int i = 0; i < Operations; i++)
        {
            queue.TryDequeue(VirtualTime.MaxValue, out SimulationEvent next);
            queue.Schedule(new(next.Time.Nanoseconds + _delays[i & 0xFFFF]), next.Kind, next.Node, i);
        }

        return queue.Now.Nanoseconds;
    }

    /// <summary>Each event sets a timeout far ahead and cancels it at once, as a protocol whose answers arrive does.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long HoldWithTimeouts()
    {
        EventQueue queue = _queue;
        for (int i = 0; i < Operations; i++)
        {
            queue.TryDequeue(out SimulationEvent next);
            EventTimer timeout = queue.ScheduleTimer(new(next.Time.Nanoseconds + 5_000_000_000), 2);
            queue.Schedule(new(next.Time.Nanoseconds + _delays[i & 0xFFFF]), next.Kind, next.Node, i);
            queue.Cancel(timeout);
        }

        return queue.Now.Nanoseconds;
    }

    /// <summary>The peer: .NET's PriorityQueue with the same order.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public long HoldPriorityQueue()
    {
        var heap = _heap;
        long now = 0;
        for (int i = 0; i < Operations; i++)
        {
            heap.TryDequeue(out var next, out var key);
            now = key.Time;
            heap.Enqueue((next.Kind, next.Node, i), (now + _delays[i & 0xFFFF], _sequence++));
        }

        return now;
    }
}
