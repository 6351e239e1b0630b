namespace ResearchKit.Simulation;

/// <summary>The times of a job at a <see cref="FifoResource"/>.</summary>
/// <param name="Arrival">When it came.</param>
/// <param name="Start">When its service began.</param>
/// <param name="Finish">When it was done.</param>
public readonly record struct ServedJob(VirtualTime Arrival, VirtualTime Start, VirtualTime Finish)
{
    /// <summary>How long it waited.</summary>
    public VirtualTime Wait => Start - Arrival;

    /// <summary>How long it was there: waiting and service.</summary>
    public VirtualTime Response => Finish - Arrival;
}
