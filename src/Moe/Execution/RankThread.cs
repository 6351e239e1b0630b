using System.Collections.Concurrent;

namespace ResearchKit.Moe;

/// <summary>A thread of a rank's own: what it awaits comes back to it, as torch's number of threads belongs to a thread.</summary>
internal sealed class RankThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Ranks post, they do not send.");

    /// <summary>Runs a body on a new thread; the task ends when the body does.</summary>
    public static Task RunAsync(string name, int torchThreads, Func<Task> body)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                RankThread context = new();
                SetSynchronizationContext(context);
                using IDisposable pinned = Torch.PinThreads(torchThreads);
                context.Pump(body);
                done.SetResult();
            }
            catch (OperationCanceledException e)
            {
                done.SetException(e);
            }
#pragma warning disable CA1031 // whatever ends the rank is handed to who waits for it
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }

    private void Pump(Func<Task> body)
    {
        Task running = body();
        _ = running.ContinueWith(_ => _work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach ((SendOrPostCallback callback, object? state) in _work.GetConsumingEnumerable())
        {
            callback(state);
        }

        running.GetAwaiter().GetResult();
    }
}
