namespace ResearchKit.Rag;

/// <summary>
/// The misses that are being searched: a query within the tolerance of one joins it. A search is cancelled when all who wait for it are; its exception goes to all.
/// </summary>
internal sealed class SearchesUnderWay(VectorMetric metric)
{
    private readonly Lock _lock = new();
    private readonly List<Flight> _flights = [];

    public async ValueTask<(RetrievalResult Result, float Distance, bool Own)> JoinAsync(
        ReadOnlyMemory<float> query,
        int k,
        float tolerance,
        Func<CancellationToken, ValueTask<RetrievalResult>> search,
        CancellationToken cancellationToken
    )
    {
        Flight? flight = null;
        float distance = 0;
        bool own;
        lock (_lock)
        {
            foreach (Flight other in _flights)
            {
                float d = VectorDistance.Of(metric, query.Span, other.Query);
                if (other.K >= k && d <= tolerance && other.Waiting > 0 && (flight is null || d < distance))
                {
                    (flight, distance) = (other, d);
                }
            }
            own = flight is null;
            if (flight is null)
            {
                flight = new Flight(query.ToArray(), k);
                _flights.Add(flight);
            }
            else
            {
                flight.Waiting++;
            }
        }
        if (own)
        {
            flight.Start(search, () => Remove(flight));
        }
        try
        {
            return (await flight.Search.WaitAsync(cancellationToken).ConfigureAwait(false), distance, own);
        }
        finally
        {
            Leave(flight);
        }
    }

    private void Leave(Flight flight)
    {
        bool last;
        lock (_lock)
        {
            last = --flight.Waiting == 0;
            if (last)
            {
                _flights.Remove(flight);
            }
        }
        if (last)
        {
            flight.Cancel();
        }
    }

    private void Remove(Flight flight)
    {
        lock (_lock)
        {
            _flights.Remove(flight);
        }
    }

#pragma warning disable CA1001 // a source of cancellation without a timer holds nothing; disposed, it could no longer be cancelled by who leaves last
    private sealed class Flight(float[] query, int k)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource<RetrievalResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public float[] Query => query;

        public int K => k;

        public int Waiting { get; set; } = 1;

        public Task<RetrievalResult> Search => _done.Task;

        public void Start(Func<CancellationToken, ValueTask<RetrievalResult>> search, Action ended) => _ = RunAsync(search, ended);

        public void Cancel() => _stop.Cancel();

        private async Task RunAsync(Func<CancellationToken, ValueTask<RetrievalResult>> search, Action ended)
        {
            try
            {
                RetrievalResult result = await search(_stop.Token).ConfigureAwait(false);
                ended();
                _done.TrySetResult(result);
            }
            catch (OperationCanceledException e)
            {
                ended();
                _done.TrySetCanceled(e.CancellationToken);
            }
#pragma warning disable CA1031 // handed on to everyone who waits
            catch (Exception e)
#pragma warning restore CA1031
            {
                ended();
                _done.TrySetException(e);
                _ = _done.Task.Exception; // observed, also where all who waited have left
            }
        }
    }
}
