using System.Diagnostics;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// A mixture-of-experts layer over ranks (arXiv:2506.12417): route; exchange counts; every rank computes the same schedule; send tokens to the ranks that compute them; compute experts, fetching weights
/// meanwhile; send results back; multiply by the router's weights. It runs unchanged on every <see cref="ICollectives"/>. No expert has a capacity unless the scheduler gives it one.
/// </summary>
/// <remarks>One forward at a time. Memory is kept between forwards: it grows to the largest batch.</remarks>
public sealed partial class MoeLayer : IAsyncDisposable
{
    private readonly IRouter _router;
    private readonly IExpertStore _store;
    private readonly ExpertPlacement _placement;
    private readonly ITokenScheduler _scheduler;
    private readonly ICollectives _ranks;
    private readonly MoeLayerOptions _options;
    private readonly ExpertSlots _slots;
    private readonly TokenRouting _routing = new();
    private readonly TokenCounts _counts;
    private readonly int[] _mine;
    private readonly Schedule _schedule = new();
    private readonly TokenPacking _packing = new();
    private readonly RowBuffer _sent;
    private readonly RowBuffer _input;
    private readonly RowBuffer _output;
    private readonly RowBuffer _returned;
    private readonly RowBuffer _hidden;
    private readonly torch.Tensor[] _received;
    private readonly int[] _rows; // of each expert here
    private readonly int[] _starts;

    /// <summary>A layer on this rank.</summary>
    /// <param name="router">Where tokens go; its experts are those of the store.</param>
    /// <param name="store">The weights of all experts; stays the caller's.</param>
    /// <param name="placement">Which rank holds which expert; the same on all ranks.</param>
    /// <param name="scheduler">Who computes what; the same on all ranks.</param>
    /// <param name="collectives">The ranks.</param>
    /// <param name="options">How it runs; the defaults if null.</param>
    /// <exception cref="ArgumentException">Router, store and placement are of different sizes, or the rank holds no expert.</exception>
    public MoeLayer(
        IRouter router,
        IExpertStore store,
        ExpertPlacement placement,
        ITokenScheduler scheduler,
        ICollectives collectives,
        MoeLayerOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(placement);
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(collectives);
        if (router.Experts != store.Experts || placement.Experts != store.Experts || placement.Ranks != collectives.Size)
        {
            throw new ArgumentException(
                $"The router has {router.Experts} experts, the store {store.Experts}, the placement {placement.Experts} on {placement.Ranks} ranks; there are {collectives.Size} ranks.",
                nameof(placement)
            );
        }

        if (placement.ExpertsOf(collectives.Rank).IsEmpty)
        {
            throw new ArgumentException($"Rank {collectives.Rank} holds no expert: K is at least 1.", nameof(placement));
        }

        (_router, _store, _placement, _scheduler, _ranks) = (router, store, placement, scheduler, collectives);
        _options = options ?? new();
        _slots = new(store, placement.ExpertsOf(collectives.Rank));
        (_counts, _mine) = (new(collectives.Size, store.Experts), new int[store.Experts]);
        int width = store.Shape.ModelWidth;
        _sent = new(store.Type, width);
        _input = new(store.Type, width);
        _output = new(store.Type, width);
        _returned = new(store.Type, width);
        _hidden = new(store.Type, store.Shape.HiddenWidth);
        _received = new torch.Tensor[collectives.Size];
        (_rows, _starts) = (new int[store.Experts], new int[store.Experts]);
    }

    /// <summary>Where the time of the last forward went, on this rank.</summary>
    public LayerTiming LastTiming { get; private set; }

    /// <summary>The schedule of the last forward; the same on all ranks.</summary>
    public Schedule LastSchedule => _schedule;

    /// <summary>The counts of the last forward; the same on all ranks.</summary>
    public TokenCounts LastCounts => _counts;

    /// <summary>The output for this rank's tokens.</summary>
    /// <param name="input">[tokens, d], on the host, of the store's type; no tokens are allowed. Stays the caller's.</param>
    /// <param name="cancellationToken">Stops within an expert; the other ranks are told.</param>
    /// <returns>[tokens, d]; the caller's. Dropped tokens are zero.</returns>
    /// <exception cref="ArgumentException">The input has another shape or type, or the schedule needs weights that are not fetched.</exception>
    /// <exception cref="ResearchKitException">A score of the router is not finite, or another rank failed.</exception>
    public async ValueTask<torch.Tensor> ForwardAsync(torch.Tensor input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireInput(input);
        Stopwatch watch = Stopwatch.StartNew();
        using torch.Tensor contiguous = input.contiguous();
        _router.Route(contiguous, _routing);
        _routing.CountInto(_mine);
        double routed = Lap(watch);

        await _ranks.AllGatherAsync(_mine, _counts.Buffer, cancellationToken);
        _counts.RequireValid();
        double metadata = Lap(watch);

        _scheduler.Plan(_counts, _placement, _schedule);
        _packing.Plan(_routing, _schedule, _placement, _ranks.Rank);
        double schedule = Lap(watch);

        Pack(contiguous);
        using (torch.Tensor sent = _sent.Rows(_packing.Sent))
        {
            await _ranks.AllToAllAsync(sent, _packing.RowsTo, _packing.RowsFrom, _received, cancellationToken);
        }

        Regroup();
        double dispatch = Lap(watch);

        (double waited, long fetches) = await ComputeAsync(cancellationToken);
        double computed = Lap(watch) - waited;
        GroupBySource();
        double combine = Lap(watch);
        double wait = 0;
        if (_options.MeasuresWait)
        {
            await _ranks.BarrierAsync(cancellationToken);
            wait = Lap(watch);
        }

        using (torch.Tensor returned = _returned.Rows(_packing.Received))
        {
            await _ranks.AllToAllAsync(returned, _packing.RowsFrom, _packing.RowsTo, _received, cancellationToken);
        }

        torch.Tensor output = Unpack(input);
        double shared = Shared(contiguous, output, watch, out double combined);
        LastTiming = new()
        {
            DenseMs = routed + shared,
            MetadataMs = metadata,
            ScheduleMs = schedule,
            DispatchMs = dispatch,
            ComputeMs = computed,
            FetchWaitMs = waited,
            WaitMs = wait,
            CombineMs = combine + combined,
            Fetches = fetches,
            DroppedTokens = _schedule.Total == _counts.Total ? 0 : _schedule.Dropped(_counts),
            PaddedRows = _packing.Padded,
            Tokens = _packing.Received,
        };
        return output;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _slots.DisposeAsync();
        foreach (RowBuffer buffer in new[] { _sent, _input, _output, _returned, _hidden })
        {
            buffer.Dispose();
        }
    }

    private static double Lap(Stopwatch watch)
    {
        double milliseconds = watch.Elapsed.TotalMilliseconds;
        watch.Restart();
        return milliseconds;
    }

    private async ValueTask<(double WaitedMs, long Fetches)> ComputeAsync(CancellationToken cancellationToken)
    {
        long before = _slots.Loads;
        if (_options.Fetch == ExpertFetch.PeerToPeer || _scheduler.Transfer == ExpertTransfer.Broadcast)
        {
            return await ComputeWithPeersAsync(cancellationToken);
        }

        bool synchronous = _options.Fetch == ExpertFetch.Synchronous;
        IReadOnlyList<ExpertWork> order = synchronous
            ? WorkOrder.Synchronous(_slots.Resident, _rows)
            : WorkOrder.Asynchronous(_slots.Resident, _rows);
        ExpertWork[] fetches = [.. order.Where(static work => work.IsFetched)];
        if (fetches.Length > 0 && _options.Fetch == ExpertFetch.None)
        {
            throw new ArgumentException(
                $"The schedule sends experts {string.Join(", ", fetches.Select(static work => work.Expert))} to rank {_ranks.Rank}, which does not hold them, and nothing is fetched: choose another ExpertFetch or a scheduler that moves no tokens."
            );
        }

        double waited = 0;
        int started = 0;
        long count = 0;
        if (order.Count > 0 && order[0].IsFetched && !synchronous)
        {
            // No resident has tokens, so nothing frees a slot: the first fetch is started by hand, or the slot's old weights would be used.
            Fetch(fetches[started++]);
        }

        foreach (ExpertWork work in order)
        {
            if (synchronous && work.IsFetched)
            {
                Fetch(fetches[started++]);
            }

            long since = Stopwatch.GetTimestamp();
            ExpertWeights weights = await _slots.ReadyAsync(work.Expert, work.Slot, cancellationToken);
            waited += Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            Compute(work.Expert, weights, cancellationToken);
            if (!synchronous && started < fetches.Length && fetches[started].Slot == work.Slot)
            {
                Fetch(fetches[started++]);
            }
            else if (!synchronous && started == fetches.Length && work.IsFetched)
            {
                Fetch(new(_slots.Resident[work.Slot], work.Slot, IsFetched: true));
            }
        }

        if (synchronous && fetches.Length > 0)
        {
            Fetch(new(_slots.Resident[0], 0, IsFetched: true));
            long since = Stopwatch.GetTimestamp();
            await _slots.SettleAsync(cancellationToken);
            waited += Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }

        return (waited, count);

        void Fetch(ExpertWork work)
        {
            count++;
            _slots.Fetch(work.Expert, work.Slot);
        }
    }

    /// <summary>Ranks send one another the weights that the schedule needs elsewhere, then each computes.</summary>
    private async ValueTask<(double WaitedMs, long Fetches)> ComputeWithPeersAsync(CancellationToken cancellationToken)
    {
        long since = Stopwatch.GetTimestamp();
        PeerWeights peers = new(_schedule, _placement, _ranks.Rank);
        int rows = _store.Shape.Matrices * _store.Shape.HiddenWidth;
        torch.Tensor[] received = new torch.Tensor[_ranks.Size];
        using RowBuffer outgoing = new(_store.Type, _store.Shape.ModelWidth);
        outgoing.Reserve((long)peers.Sent.Count * rows);
        for (int i = 0; i < peers.Sent.Count; i++)
        {
            int slot = Array.IndexOf(_slots.Resident, peers.Sent[i]);
            ExpertWeights weights = await _slots.ReadyAsync(peers.Sent[i], slot, cancellationToken);
            weights.Values.bytes.CopyTo(outgoing.Bytes((long)i * rows, rows));
        }

        using torch.Tensor send = outgoing.Rows((long)peers.Sent.Count * rows);
        await _ranks.AllToAllAsync(
            send,
            Array.ConvertAll(peers.SentTo, count => count * rows),
            Array.ConvertAll(peers.From, experts => experts.Count * rows),
            received,
            cancellationToken
        );
        double waited = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        for (int slot = 0; slot < _slots.Resident.Length; slot++)
        {
            int expert = _slots.Resident[slot];
            if (_rows[expert] > 0)
            {
                Compute(expert, await _slots.ReadyAsync(expert, slot, cancellationToken), cancellationToken);
            }
        }

        long fetches = 0;
        for (int owner = 0; owner < _ranks.Size; owner++)
        {
            for (int i = 0; i < peers.From[owner].Count; i++, fetches++)
            {
                using ExpertWeights guest = new(_store.Shape, received[owner].narrow(0, (long)i * rows, rows).DetachFromDisposeScope());
                Compute(peers.From[owner][i], guest, cancellationToken);
            }

            received[owner].Dispose();
        }

        // The buffer of weights may go only once all have read it.
        await _ranks.BarrierAsync(cancellationToken);
        return (waited, fetches);
    }

    private void Compute(int expert, ExpertWeights weights, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long perRow = _store.Shape.Activation == ExpertActivation.Relu ? 1 : 2;
        using torch.Tensor hidden = _hidden.Rows(perRow * _rows[expert]);
        using torch.Tensor input = _input.Rows(_starts[expert], _rows[expert]);
        using torch.Tensor output = _output.Rows(_starts[expert], _rows[expert]);
        weights.Compute(input, output, hidden);
    }

    private double Shared(torch.Tensor input, torch.Tensor output, Stopwatch watch, out double combined)
    {
        combined = Lap(watch);
        if (_options.SharedExperts.Count == 0 || input.shape[0] == 0)
        {
            return 0;
        }

        foreach (ExpertWeights shared in _options.SharedExperts)
        {
            long perRow = shared.Shape.Activation == ExpertActivation.Relu ? 1 : 2;
            using torch.Tensor hidden = torch.empty([perRow * input.shape[0], shared.Shape.HiddenWidth], dtype: _store.Type);
            using torch.Tensor result = torch.empty(input.shape, dtype: _store.Type);
            shared.Compute(input, result, hidden);
            output.add_(result);
        }

        return Lap(watch);
    }

    private void RequireInput(torch.Tensor input)
    {
        if (
            input.shape is not [_, var width]
            || width != _store.Shape.ModelWidth
            || input.dtype != _store.Type
            || input.device_type != DeviceType.CPU
        )
        {
            throw new ArgumentException(
                $"Tokens are [tokens, {_store.Shape.ModelWidth}] of {_store.Type} on the host, not [{string.Join(", ", input.shape)}] of {input.dtype} on {input.device}.",
                nameof(input)
            );
        }
    }
}
