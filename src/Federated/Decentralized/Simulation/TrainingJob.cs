namespace ResearchKit.Federated.Decentralized;

/// <summary>A piece of learning whose inputs are fixed: it may be done at any time until its result is needed, by any thread.</summary>
internal sealed class TrainingJob(Func<CancellationToken, object> work)
{
    private int _state; // 0 new, 1 taken, 3 dropped
    private readonly TaskCompletionSource<object> _done = new();

    public bool IsDropped => Volatile.Read(ref _state) == 3;

    public void Drop() => Interlocked.CompareExchange(ref _state, 3, 0);

    /// <summary>Does it unless somebody else has, or it is no longer wanted.</summary>
    public void TryRun(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            return;
        }

        try
        {
            _done.SetResult(work(cancellationToken));
        }
#pragma warning disable CA1031 // rethrown where the result is asked for
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _done.SetException(failure);
        }
    }

    /// <summary>The result; the asking thread does the work itself if nobody has begun.</summary>
    public object Result(CancellationToken cancellationToken)
    {
        TryRun(cancellationToken);
        return _done.Task.WaitAsync(cancellationToken).GetAwaiter().GetResult();
    }
}
