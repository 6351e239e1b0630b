namespace ResearchKit.Agents.Security;

/// <summary>
/// A token bucket that starts full, in whole ticks: it keeps the moment at which it will be full again, so nothing is rounded, however long it runs.
/// </summary>
public sealed class TokenBucket
{
    private readonly long _interval;
    private readonly long _capacity;
    private readonly Lock _lock = new();
    private long _fullAt = long.MinValue;

    /// <summary>Makes a bucket.</summary>
    /// <param name="capacity">Tokens it holds, at least 1.</param>
    /// <param name="refillPerSecond">Tokens that come back in a second, above 0.</param>
    public TokenBucket(int capacity, double refillPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        if (!(refillPerSecond > 0) || refillPerSecond > TimeSpan.TicksPerSecond)
        {
            throw new ArgumentOutOfRangeException(
                nameof(refillPerSecond),
                refillPerSecond,
                "The refill is above 0 and at most 10,000,000 a second."
            );
        }
        _capacity = capacity;
        _interval = (long)Math.Round(TimeSpan.TicksPerSecond / refillPerSecond);
    }

    /// <summary>Takes a token.</summary>
    /// <param name="now">The time, which never goes back.</param>
    /// <returns>Whether there was one, how many whole ones are left, and after how many whole seconds there is one again (0 if there was one).</returns>
    public TokenBucketDecision Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            long owed = Math.Max(0, _fullAt == long.MinValue ? 0 : _fullAt - now.UtcTicks);
            long wait = owed - ((_capacity - 1) * _interval);
            if (wait > 0)
            {
                return new TokenBucketDecision(false, 0, (int)((wait + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond));
            }
            _fullAt = now.UtcTicks + owed + _interval;
            owed += _interval;
            return new TokenBucketDecision(true, (int)(_capacity - ((owed + _interval - 1) / _interval)), 0);
        }
    }
}
