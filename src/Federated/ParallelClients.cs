using System.Runtime.ExceptionServices;

namespace ResearchKit.Federated;

/// <summary>Clients side by side. An error is that of the first client which failed, by number, as it was thrown: the same whatever the threads.</summary>
internal static class ParallelClients
{
    public static void ForEach(int count, int threads, Action<int> work, CancellationToken cancellationToken)
    {
        var failures = new ExceptionDispatchInfo?[count];
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
            i =>
            {
                try
                {
                    work(i);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failures[i] = ExceptionDispatchInfo.Capture(e);
                }
            }
        );
        Array.Find(failures, failure => failure is not null)?.Throw();
    }
}
