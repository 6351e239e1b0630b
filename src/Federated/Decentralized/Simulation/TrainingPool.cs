using System.Collections.Concurrent;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Threads that learn ahead of the simulation. The simulation's own thread is one of the workers: it does what nobody has begun when it needs the result.</summary>
internal sealed class TrainingPool : IDisposable
{
    private readonly BlockingCollection<TrainingJob> _jobs = [];
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenSource _stop;

    public TrainingPool(int workers, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        for (int i = 1; i < workers; i++)
        {
            Thread thread = new(Work) { IsBackground = true, Name = "training" };
            thread.Start();
            _threads.Add(thread);
        }
    }

    public void Add(TrainingJob job)
    {
        if (_threads.Count > 0)
        {
            _jobs.Add(job);
        }
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        _stop.Cancel();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _jobs.Dispose();
        _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            foreach (TrainingJob job in _jobs.GetConsumingEnumerable(_stop.Token))
            {
                job.TryRun(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
    }
}
