namespace ResearchKit.Simulation;

/// <summary>
/// A <see cref="TimeProvider"/> whose time is that of an <see cref="EventQueue"/>: code that takes its clock from outside (delays, timeouts, timestamps, wall time)
/// runs unchanged under virtual time. Its timers are events of the queue, in one order with the simulation's own.
/// </summary>
/// <remarks>
/// There are two ways to let time pass. <see cref="AdvanceTo"/> fires what is due, for code that timers drive. <see cref="Run(Func{Task}, Action{SimulationEvent})"/>
/// runs asynchronous code to its end on the calling thread: what it awaits comes back there in the order of completion, and time moves only when nothing is left
/// to do now, so two runs are equal. Nothing in such a run may touch the clock on another thread; this is an error, not a race. Work on the thread
/// pool is waited for without <c>await</c>; what continues there by itself (<c>ConfigureAwait(false)</c> on anything but a timer, and with it
/// <c>ChannelReader.ReadAllAsync</c>, <c>SemaphoreSlim.WaitAsync</c> with a token, <c>Parallel.ForEachAsync</c>) has no place in a run: use <c>WaitToReadAsync</c>
/// and <c>TryRead</c>, <c>WaitAsync()</c>, <c>Task.WhenAll</c>.
/// Not thread-safe.
/// </remarks>
public sealed partial class SimulationClock : TimeProvider
{
    /// <summary>The kind of the clock's own events in the queue.</summary>
    public const int TimerKind = int.MinValue;

    private readonly List<VirtualTimer?> _timers = [];
    private readonly Stack<int> _free = new();
    private readonly DateTimeOffset _start;
    private Continuations? _running;

    /// <summary>A clock over a queue.</summary>
    /// <param name="events">The queue; a new one by default.</param>
    /// <param name="start">The wall time at virtual time zero; by default the first moment of the year 2000, UTC.</param>
    public SimulationClock(EventQueue? events = null, DateTimeOffset? start = null)
    {
        Events = events ?? new EventQueue();
        _start = (start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();
    }

    /// <summary>The queue of the clock.</summary>
    public EventQueue Events { get; }

    /// <summary>The virtual time.</summary>
    public VirtualTime Now => Events.Now;

    /// <summary>One billion: a timestamp counts nanoseconds.</summary>
    public override long TimestampFrequency => VirtualTime.NanosecondsPerSecond;

    /// <summary>UTC: results never depend on where the machine stands.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The nanoseconds of virtual time.</summary>
    public override long GetTimestamp() => Now.Nanoseconds;

    /// <summary>The wall time at the start plus the virtual time, cut to 100 ns.</summary>
    public override DateTimeOffset GetUtcNow() => _start + Now.ToTimeSpan();

    /// <summary>Makes a timer in virtual time. It fires while time is let pass, never inside this call.</summary>
    /// <param name="callback">What to call.</param>
    /// <param name="state">With what.</param>
    /// <param name="dueTime">How long until the first call; zero is the next chance at the present time, <see cref="Timeout.InfiniteTimeSpan"/> never.</param>
    /// <param name="period">How long between later calls; zero or <see cref="Timeout.InfiniteTimeSpan"/> for one call only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative and not <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    /// <exception cref="InvalidOperationException">Asynchronous code is run, and this is another thread.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        RequireThread();
        VirtualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Handles an event taken from the queue, if it is the clock's own: for simulations with a loop of their own.</summary>
    /// <param name="next">The event.</param>
    /// <returns>Whether it was the clock's.</returns>
    public bool TryHandle(in SimulationEvent next)
    {
        if (next.Kind != TimerKind)
        {
            return false;
        }

        _timers[next.Payload]!.Fire();
        return true;
    }

    /// <summary>Lets time pass: handles the events up to a time, in order, also those that come up on the way, and stands at that time in the end.</summary>
    /// <param name="time">Until when, inclusive.</param>
    /// <param name="handle">Handles the events that are not the clock's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is before <see cref="Now"/>.</exception>
    /// <exception cref="InvalidOperationException">There is such an event and no <paramref name="handle"/>.</exception>
    public void AdvanceTo(VirtualTime time, Action<SimulationEvent>? handle = null)
    {
        if (time < Now)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, $"It is {Now} already: virtual time does not run backwards.");
        }

        while (Events.TryDequeue(time, out SimulationEvent next))
        {
            Handle(next, handle);
        }

        Events.AdvanceTo(time);
    }

    /// <summary>Lets time pass for a duration; see <see cref="AdvanceTo"/>.</summary>
    /// <param name="duration">How long; not negative.</param>
    /// <param name="handle">Handles the events that are not the clock's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">There is an event that is not the clock's, and no <paramref name="handle"/>.</exception>
    public void Advance(TimeSpan duration, Action<SimulationEvent>? handle = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        AdvanceTo(Now + VirtualTime.FromTimeSpan(duration), handle);
    }

    private void Handle(in SimulationEvent next, Action<SimulationEvent>? handle)
    {
        if (!TryHandle(next))
        {
            if (handle is null)
            {
                throw new InvalidOperationException(
                    $"The event {next} is not the clock's, and there is nobody to handle it: give a handler."
                );
            }

            handle(next);
        }
    }

    private int Register(VirtualTimer timer)
    {
        if (_free.TryPop(out int index))
        {
            _timers[index] = timer;
            return index;
        }

        _timers.Add(timer);
        return _timers.Count - 1;
    }

    private void Unregister(int index)
    {
        _timers[index] = null;
        _free.Push(index);
    }

    private void RequireThread()
    {
        if (_running is { } run && run.Thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                "A simulated clock was used on a thread other than its run's: the order of events would depend on the machine. Await without "
                    + "ConfigureAwait(false), and wait for work on the thread pool without await."
            );
        }
    }

    private sealed class VirtualTimer(SimulationClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _index = -1; // the place in the clock's table while an event is pending
        private EventTimer _event;
        private TimeSpan _period;
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Require(dueTime, nameof(dueTime));
            Require(period, nameof(period));
            clock.RequireThread();
            if (_isDisposed)
            {
                return false;
            }

            Stop();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Start(dueTime);
            }

            return true;
        }

        public void Fire()
        {
            clock.Unregister(_index);
            _index = -1;
            if (_period > TimeSpan.Zero)
            {
                Start(_period);
            }

            callback(state);
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                clock.RequireThread();
                Stop();
                _isDisposed = true;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Start(TimeSpan delay)
        {
            VirtualTime due = clock.Now + VirtualTime.FromTimeSpan(delay);
            _index = clock.Register(this);
            _event = clock.Events.ScheduleTimer(due, TimerKind, payload: _index);
        }

        private void Stop()
        {
            if (_index >= 0)
            {
                clock.Events.Cancel(_event);
                clock.Unregister(_index);
                _index = -1;
            }
        }

        private static void Require(TimeSpan time, string parameter)
        {
            if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(
                    parameter,
                    time,
                    "The times of a timer are not negative, or Timeout.InfiniteTimeSpan for never."
                );
            }
        }
    }
}
