namespace ResearchKit.Federated.Deployment;

/// <summary>A cap on bytes per second that lets short bursts through. Safe from several threads.</summary>
public sealed class TokenBucket
{
    private readonly double _rate;
    private readonly double _burst;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private double _tokens;
    private long _last;

    /// <summary>A cap.</summary>
    /// <param name="bytesPerSecond">The rate; positive infinity for none.</param>
    /// <param name="burst">How many bytes may go at once, positive.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public TokenBucket(double bytesPerSecond, double burst, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (!(bytesPerSecond > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytesPerSecond),
                bytesPerSecond,
                "A cap is above 0 bytes/s: a transfer would never end."
            );
        }

        if (!(burst > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(burst), burst, "A burst is above 0 bytes.");
        }

        (_rate, _burst, _clock, _tokens, _last) = (bytesPerSecond, burst, clock, burst, clock.GetTimestamp());
    }

    /// <summary>Takes bytes, and waits until they may go.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (double.IsPositiveInfinity(_rate))
        {
            return;
        }

        double wait;
        lock (_gate)
        {
            long now = _clock.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (_clock.GetElapsedTime(_last, now).TotalSeconds * _rate));
            _last = now;
            _tokens -= bytes; // in debt: whoever comes next waits for this one too
            wait = _tokens >= 0 ? 0 : -_tokens / _rate;
        }

        if (wait > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(wait), _clock, cancellationToken);
        }
    }
}
