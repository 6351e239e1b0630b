namespace ResearchKit.Core.Tests.Experiments;

/// <summary>A clock that stands still until it is moved; its wall time can jump while its monotonic time does not.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset wall = now;
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => wall;

    public override long GetTimestamp() => ticks;

    public void Advance(TimeSpan time) => (wall, ticks) = (wall + time, ticks + time.Ticks);

    public void Jump(TimeSpan time) => wall += time;
}
