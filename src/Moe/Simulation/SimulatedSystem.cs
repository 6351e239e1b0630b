namespace ResearchKit.Moe;

/// <summary>A system as the simulator runs it.</summary>
/// <param name="Name">The name in tables and figures.</param>
/// <param name="Scheduler">Who computes what.</param>
public sealed record SimulatedSystem(string Name, ITokenScheduler Scheduler)
{
    /// <summary>How weights are fetched. Default asynchronously.</summary>
    public ExpertFetch Fetch { get; init; }

    /// <summary>Whether every expert is cut into slices, one a rank (MoEShard); the scheduler is then not asked.</summary>
    public bool IsSharded { get; init; }

    /// <summary>Into how many parts exchange and compute are cut to overlap (FasterMoE's schedule). Default 1: no overlap.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int PipelineParts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>Seconds for the schedule of a layer that sees whole sequences. Default 0.</summary>
    public double FullScheduleSeconds { get; init; }

    /// <summary>Seconds for the schedule of a layer that sees one token a sequence. Default 0.</summary>
    public double DecodeScheduleSeconds { get; init; }
}
