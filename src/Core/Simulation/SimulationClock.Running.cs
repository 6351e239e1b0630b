namespace ResearchKit.Simulation;

public sealed partial class SimulationClock
{
    /// <summary>Runs asynchronous code to its end in virtual time, on this thread.</summary>
    /// <param name="main">The code. Events that are still pending when it ends stay in the queue.</param>
    /// <param name="handle">Handles the events that are not the clock's.</param>
    /// <exception cref="InvalidOperationException">
    /// The code waits, and no event is pending; or something outside virtual time (another thread) continued it or used the clock; or there is an event that is
    /// not the clock's, and no <paramref name="handle"/>; or a run is under way already.
    /// </exception>
    public void Run(Func<Task> main, Action<SimulationEvent>? handle = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        if (_running is not null)
        {
            throw new InvalidOperationException("A run of this clock is under way: one at a time.");
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        Continuations continuations = new();
        _running = continuations;
        SynchronizationContext.SetSynchronizationContext(continuations);
        try
        {
            Task task = main();
            while (!task.IsCompleted)
            {
                if (continuations.TryRunNext())
                {
                    continue;
                }

                if (!Events.TryDequeue(out SimulationEvent next))
                {
                    continuations.ThrowIfOutside();
                    throw new InvalidOperationException(
                        $"At {Now} the code waits and no event is pending: it waits for ever, or for the thread pool or another thing outside virtual time "
                            + "(as code with ConfigureAwait(false) does, ChannelReader.ReadAllAsync included)."
                    );
                }

                if (next.Kind == TimerKind)
                {
                    // Without a context, what awaits a timer with ConfigureAwait(false) continues at once and here; everything else is queued as always.
                    SynchronizationContext.SetSynchronizationContext(null);
                    Handle(next, handle);
                    SynchronizationContext.SetSynchronizationContext(continuations);
                }
                else
                {
                    Handle(next, handle);
                }
            }

            continuations.ThrowIfOutside();
            task.GetAwaiter().GetResult();
        }
        finally
        {
            _running = null;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs asynchronous code with a result to its end; see <see cref="Run(Func{Task}, Action{SimulationEvent})"/>.</summary>
    /// <param name="main">The code.</param>
    /// <param name="handle">Handles the events that are not the clock's.</param>
    /// <returns>The result.</returns>
    /// <exception cref="InvalidOperationException">As there.</exception>
    public T Run<T>(Func<Task<T>> main, Action<SimulationEvent>? handle = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        Task<T>? task = null;
        Run(() => (Task)(task = main()), handle);
        return task!.GetAwaiter().GetResult();
    }

    /// <summary>What awaits came back with, in order. A continuation from another thread is noted as an error: its place in the order would be chance.</summary>
    private sealed class Continuations : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
        private volatile bool _isTouchedFromOutside;

        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (Environment.CurrentManagedThreadId == Thread)
            {
                _queue.Enqueue((d, state));
            }
            else
            {
                _isTouchedFromOutside = true;
            }
        }

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("A run in virtual time has one thread; nothing is sent to it.");

        public override SynchronizationContext CreateCopy() => this;

        public bool TryRunNext()
        {
            ThrowIfOutside();
            if (!_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            {
                return false;
            }

            next.Callback(next.State);
            return true;
        }

        public void ThrowIfOutside()
        {
            if (_isTouchedFromOutside)
            {
                throw new InvalidOperationException(
                    "Code under a simulated clock was continued by another thread: the order of events would depend on the machine. Wait for work on the "
                        + "thread pool without await."
                );
            }
        }
    }
}
