namespace ResearchKit.Agents;

/// <summary>Bounds of a store.</summary>
public sealed record AgentStoreOptions
{
    /// <summary>Events of one task that are kept, the newest. Default 10,000.</summary>
    public int MostEvents
    {
        get;
        init => field = Positive(value);
    } = 10_000;

    /// <summary>Tasks in memory. When there are more, the oldest finished ones go. Default 100,000.</summary>
    public int MostTasks
    {
        get;
        init => field = Positive(value);
    } = 100_000;

    /// <summary>Sessions in memory. When there are more, the least recently used go. Default 1,000,000.</summary>
    public int MostSessions
    {
        get;
        init => field = Positive(value);
    } = 1_000_000;

    /// <summary>Sessions of one authenticated caller. Default 1,000.</summary>
    public int MostSessionsOfOne
    {
        get;
        init => field = Positive(value);
    } = 1_000;

    /// <summary>How long a finished task is kept. Default one hour.</summary>
    public TimeSpan KeepFinished { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long an idempotency key is remembered. Default 24 hours.</summary>
    public TimeSpan KeepKeys { get; init; } = TimeSpan.FromHours(24);

    private static int Positive(int value) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A bound is at least 1.");
}
