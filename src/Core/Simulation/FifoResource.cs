namespace ResearchKit.Simulation;

/// <summary>
/// A server with a queue, first come first served: a compute unit, an engine that loads weights, a retrieval source, the sending side of a link. As jobs are
/// served in the order of arrival, the whole future of a job is known when it arrives, and no event is needed for the queue itself.
/// </summary>
public sealed class FifoResource
{
    private readonly PriorityQueue<int, long> _free = new(); // the servers, by when they are free

    /// <summary>An idle resource.</summary>
    /// <param name="servers">How many jobs are served at the same time; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="servers"/> is below 1.</exception>
    public FifoResource(int servers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(servers, 1);
        Servers = servers;
        for (int i = 0; i < servers; i++)
        {
            _free.Enqueue(i, 0);
        }
    }

    /// <summary>How many jobs are served at the same time.</summary>
    public int Servers { get; }

    /// <summary>How many jobs have come.</summary>
    public long Jobs { get; private set; }

    /// <summary>When the last job so far came.</summary>
    public VirtualTime LastArrival { get; private set; }

    /// <summary>When all jobs so far are done.</summary>
    public VirtualTime LastFinish { get; private set; }

    /// <summary>The earliest time at which a new job could begin.</summary>
    public VirtualTime NextFree => _free.TryPeek(out _, out long time) ? new(time) : VirtualTime.Zero;

    /// <summary>The service times of all jobs, summed.</summary>
    public VirtualTime TotalService { get; private set; }

    /// <summary>The waiting times of all jobs, summed.</summary>
    public VirtualTime TotalWait { get; private set; }

    /// <summary>The longest waiting time.</summary>
    public VirtualTime LongestWait { get; private set; }

    /// <summary>The share of the servers' time until <see cref="LastFinish"/> in which they served; 0 before the first job.</summary>
    public double Utilization => LastFinish == VirtualTime.Zero ? 0 : TotalService.Seconds / (Servers * LastFinish.Seconds);

    /// <summary>Takes in a job.</summary>
    /// <param name="arrival">When it comes; not before the job that came last.</param>
    /// <param name="service">How long it is served; not negative.</param>
    /// <returns>When it begins and ends.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The job comes before one that came already, or its service time is negative.</exception>
    public ServedJob Serve(VirtualTime arrival, VirtualTime service)
    {
        if (arrival < LastArrival)
        {
            throw new ArgumentOutOfRangeException(
                nameof(arrival),
                arrival,
                $"A job came at {LastArrival} already: hand jobs over in the order of arrival."
            );
        }

        if (service < VirtualTime.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(service), service, "A service time is not negative.");
        }

        VirtualTime start = VirtualTime.Max(arrival, NextFree);
        VirtualTime finish = start + service;
        VirtualTime wait = start - arrival;
        _free.DequeueEnqueue(0, finish.Nanoseconds);
        Jobs++;
        LastArrival = arrival;
        LastFinish = VirtualTime.Max(LastFinish, finish);
        TotalService += service;
        TotalWait += wait;
        LongestWait = VirtualTime.Max(LongestWait, wait);
        return new(arrival, start, finish);
    }
}
