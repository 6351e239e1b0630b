using ResearchKit.Simulation;

namespace ResearchKit.Moe;

/// <summary>
/// A discrete-event simulation of a model with expert parallelism. A layer is: the dense part, the exchange of counts, the schedule, dispatch, experts, combine. A collective ends for all ranks at once: the
/// last arrival, plus latency, plus the most bytes that one rank sends or receives over its bandwidth. While experts are computed, each rank has two resources: its compute unit, and the engine that loads weights from host memory, in
/// the order and with the dependencies of the strategy it follows (<see cref="WorkOrder"/>). Restores of slots go on in the background.
/// </summary>
/// <remarks>Not thread-safe: one simulation, one thread. Deterministic.</remarks>
public sealed class ClusterSimulator
{
    private readonly ClusterSpec _cluster;
    private readonly MoeModel _model;
    private readonly SimulatedSystem _system;
    private readonly Schedule _schedule = new();
    private readonly RankWork[] _ranks;
    private readonly EventQueue _events = new();
    private readonly int[] _tokens;
    private VirtualTime _now;

    /// <summary>A simulation at time zero.</summary>
    /// <param name="cluster">The machine.</param>
    /// <param name="model">The model.</param>
    /// <param name="system">The system.</param>
    public ClusterSimulator(ClusterSpec cluster, MoeModel model, SimulatedSystem system)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(system);
        (_cluster, _model, _system) = (cluster, model, system);
        _ranks = [.. Enumerable.Range(0, cluster.Ranks).Select(rank => new RankWork(rank, _events))];
        _tokens = new int[model.Experts];
    }

    /// <summary>Simulates one iteration.</summary>
    /// <param name="layers">The MoE layers, in order.</param>
    /// <param name="sequencesPerRank">The batch of each rank.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    /// <exception cref="ArgumentException">A layer's counts are for other ranks or experts.</exception>
    public IterationTiming Iterate(IReadOnlyList<LayerLoad> layers, double sequencesPerRank, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNegative(sequencesPerRank);
        EngineProfile engine = _cluster.Engine;
        VirtualTime dense = VirtualTime.FromSeconds(
            (engine.IterationSeconds + (engine.SequenceSeconds * sequencesPerRank)) / Math.Max(1, layers.Count)
        );
        VirtualTime start = _now;
        LayerTiming[] timings = new LayerTiming[layers.Count];
        double[] balance = new double[layers.Count];
        for (int layer = 0; layer < layers.Count; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequireFit(layers[layer], layer);
            _now += dense;
            timings[layer] = (_system.IsSharded ? Sharded(layers[layer]) : Scheduled(layers[layer], out balance[layer])) with
            {
                DenseMs = dense.Milliseconds,
            };
            balance[layer] = _system.IsSharded ? 1 : balance[layer];
        }

        return new((_now - start).Seconds, timings, balance);
    }

    /// <summary>Simulates iterations as they come.</summary>
    /// <param name="iterations">The layers of each iteration.</param>
    /// <param name="sequencesPerRank">The batch of each rank.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    public IEnumerable<IterationTiming> Run(
        IEnumerable<IReadOnlyList<LayerLoad>> iterations,
        double sequencesPerRank,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(iterations);
        return iterations.Select(layers => Iterate(layers, sequencesPerRank, cancellationToken));
    }

    private LayerTiming Scheduled(LayerLoad load, out double balance)
    {
        TokenCounts counts = load.Counts;
        _system.Scheduler.Plan(counts, load.Placement, _schedule);
        VirtualTime metadata = Collective(4L * counts.Experts * (counts.Ranks - 1), _cluster.Engine.ExchangeBytesPerSecond);
        VirtualTime planning = VirtualTime.FromSeconds(load.IsFullSequence ? _system.FullScheduleSeconds : _system.DecodeScheduleSeconds);
        (VirtualTime exchange, long padded) = Exchange(counts, load.Placement);
        VirtualTime weights = Weights(load.Placement);
        VirtualTime begin = _now + metadata + planning + exchange + weights;
        if (_system.PipelineParts > 1)
        {
            begin = _now + metadata + planning + Part(exchange) + weights;
        }

        int loading = Prepare(counts, load.Placement);
        double bandwidth = _cluster.HostBytesPerSecond * (loading > 1 ? _cluster.HostContention : 1);
        VirtualTime loadTime = VirtualTime.FromSeconds(_model.ExpertBytes / bandwidth);
        foreach (RankWork rank in _ranks)
        {
            rank.Begin(begin, loadTime);
        }

        while (_events.TryDequeue(out SimulationEvent next))
        {
            _ranks[next.Node].Handle(next);
        }

        VirtualTime last = VirtualTime.Zero;
        foreach (RankWork rank in _ranks)
        {
            last = VirtualTime.Max(last, rank.Finish);
        }

        if (_system.PipelineParts > 1)
        {
            // Parts of the exchanges run beside the experts; whichever is longest shows.
            last = VirtualTime.Max(last, begin + exchange);
        }

        LayerTiming sum = default;
        foreach (RankWork rank in _ranks)
        {
            sum += new LayerTiming
            {
                ComputeMs = rank.Compute.Milliseconds,
                FetchWaitMs = rank.FetchWait.Milliseconds,
                WaitMs = (last - rank.Finish).Milliseconds,
                Fetches = rank.Loads,
            };
        }

        VirtualTime shown = _system.PipelineParts > 1 ? Part(exchange) : exchange;
        _now = last + shown;
        balance = Balance();
        return sum.Scaled(1.0 / _ranks.Length) with
        {
            MetadataMs = metadata.Milliseconds,
            ScheduleMs = planning.Milliseconds,
            DispatchMs = (shown + weights).Milliseconds,
            CombineMs = shown.Milliseconds,
            DroppedTokens = counts.Total - _schedule.Total,
            PaddedRows = padded,
            Tokens = _schedule.Total,
        };
    }

    private VirtualTime Part(VirtualTime whole) => new(whole.Nanoseconds / _system.PipelineParts);

    /// <summary>All tokens to all ranks, a slice of every expert each, and the sum of the parts back.</summary>
    private LayerTiming Sharded(LayerLoad load)
    {
        TokenCounts counts = load.Counts;
        EngineProfile engine = _cluster.Engine;
        long most = 0;
        for (int rank = 0; rank < counts.Ranks; rank++)
        {
            long tokens = 0;
            foreach (int count in counts.Of(rank))
            {
                tokens += count;
            }

            most = Math.Max(most, tokens);
        }

        VirtualTime compute = VirtualTime.Zero;
        for (int expert = 0; expert < counts.Experts; expert++)
        {
            compute += engine.ExpertTime(counts.OfExpert(expert), 1.0 / counts.Ranks);
        }

        VirtualTime metadata = Collective(4L * counts.Experts * (counts.Ranks - 1), engine.ExchangeBytesPerSecond);
        VirtualTime exchange = Collective((counts.Ranks - 1) * most * _model.TokenBytes, engine.ExchangeBytesPerSecond);
        _now += metadata + exchange + compute + exchange;
        return new()
        {
            MetadataMs = metadata.Milliseconds,
            DispatchMs = exchange.Milliseconds,
            ComputeMs = compute.Milliseconds,
            CombineMs = exchange.Milliseconds,
            Tokens = counts.Total,
        };
    }

    /// <summary>Dispatch (combine takes the same the other way round), and the rows of zeros in it.</summary>
    private (VirtualTime Time, long Padded) Exchange(TokenCounts counts, ExpertPlacement placement)
    {
        int ranks = counts.Ranks;
        if (_schedule.Capacity > 0)
        {
            long mostHeld = placement.Slots;
            long least = Enumerable.Range(0, ranks).Min(rank => placement.ExpertsOf(rank).Length);
            long rows = Math.Max(_schedule.Capacity * (counts.Experts - least), _schedule.Capacity * mostHeld * (ranks - 1));
            return (
                Collective(rows * _model.TokenBytes, _cluster.Engine.ExchangeBytesPerSecond),
                ((long)_schedule.Capacity * counts.Experts * ranks) - _schedule.Total
            );
        }

        Span<long> sent = stackalloc long[ranks];
        Span<long> received = stackalloc long[ranks];
        for (int destination = 0; destination < ranks; destination++)
        {
            for (int expert = 0; expert < counts.Experts; expert++)
            {
                ReadOnlySpan<int> bySource = _schedule.BySource(expert, destination);
                for (int source = 0; source < bySource.Length; source++)
                {
                    if (source != destination)
                    {
                        sent[source] += bySource[source];
                        received[destination] += bySource[source];
                    }
                }
            }
        }

        long most = 0;
        for (int rank = 0; rank < ranks; rank++)
        {
            most = Math.Max(most, Math.Max(sent[rank], received[rank]));
        }

        return (Collective(most * _model.TokenBytes, _cluster.Engine.ExchangeBytesPerSecond), 0);
    }

    /// <summary>Weights that ranks send one another before they compute: shadowed experts to all, or each one's missing experts.</summary>
    private VirtualTime Weights(ExpertPlacement placement)
    {
        bool broadcast = _system.Scheduler.Transfer == ExpertTransfer.Broadcast;
        if (!broadcast && _system.Fetch != ExpertFetch.PeerToPeer)
        {
            return VirtualTime.Zero;
        }

        int ranks = placement.Ranks;
        Span<long> sent = stackalloc long[ranks];
        Span<long> received = stackalloc long[ranks];
        long shadowed = 0;
        for (int expert = 0; expert < placement.Experts; expert++)
        {
            int missing = 0;
            for (int rank = 0; rank < ranks; rank++)
            {
                if (_schedule.TokensOf(expert, rank) > 0 && !placement.Holds(rank, expert))
                {
                    missing++;
                    received[rank]++;
                    sent[placement.RanksOf(expert)[0]]++;
                }
            }

            shadowed += missing > 0 ? 1 : 0;
        }

        long most = shadowed;
        for (int rank = 0; rank < ranks && !broadcast; rank++)
        {
            most = Math.Max(most, Math.Max(sent[rank], received[rank]));
        }

        return most == 0 ? VirtualTime.Zero : Collective(most * _model.ExpertBytes, _cluster.PeerBytesPerSecond);
    }

    /// <summary>Each rank's list of experts; returns how many ranks load from host memory.</summary>
    private int Prepare(TokenCounts counts, ExpertPlacement placement)
    {
        bool fromHost =
            _system.Scheduler.Transfer == ExpertTransfer.FromHost && _system.Fetch is ExpertFetch.Asynchronous or ExpertFetch.Synchronous;
        bool synchronous = _system.Fetch == ExpertFetch.Synchronous;
        int loading = 0;
        foreach (RankWork rank in _ranks)
        {
            for (int expert = 0; expert < counts.Experts; expert++)
            {
                int tokens = _schedule.TokensOf(expert, rank.Rank);
                _tokens[expert] = tokens;
                if (_system.Fetch == ExpertFetch.None && tokens > 0 && !placement.Holds(rank.Rank, expert))
                {
                    throw new ArgumentException(
                        $"The schedule sends expert {expert} to rank {rank.Rank}, which does not hold it, and nothing is fetched."
                    );
                }
            }

            ReadOnlySpan<int> held = placement.ExpertsOf(rank.Rank);
            rank.Clear(synchronous && fromHost);
            foreach (ExpertWork work in synchronous ? WorkOrder.Synchronous(held, _tokens) : WorkOrder.Asynchronous(held, _tokens))
            {
                long rows = _schedule.Capacity > 0 ? (long)_schedule.Capacity * counts.Ranks : _tokens[work.Expert];
                rank.Add(work with { IsFetched = work.IsFetched && fromHost }, _cluster.Engine.ExpertTime(rows));
            }

            loading += rank.HasFetches ? 1 : 0;
            if (_schedule.Capacity > 0)
            {
                // Experts without a token still multiply their rows of zeros.
                foreach (int expert in held)
                {
                    if (_tokens[expert] == 0)
                    {
                        rank.Add(new(expert, 0, IsFetched: false), _cluster.Engine.ExpertTime((long)_schedule.Capacity * counts.Ranks));
                    }
                }
            }
        }

        return loading;
    }

    private double Balance()
    {
        int most = 0;
        foreach (int load in _schedule.Loads)
        {
            most = Math.Max(most, load);
        }

        long total = _schedule.Total;
        return total == 0 ? 1 : (double)most * _schedule.Ranks / total;
    }

    private VirtualTime Collective(long bytes, double bytesPerSecond) =>
        VirtualTime.FromSeconds(_cluster.LatencySeconds + (bytes / bytesPerSecond));

    private void RequireFit(LayerLoad load, int layer)
    {
        if (load.Counts.Ranks != _cluster.Ranks || load.Counts.Experts != _model.Experts)
        {
            throw new ArgumentException(
                $"Layer {layer} has counts of {load.Counts.Experts} experts on {load.Counts.Ranks} ranks; {_model.Name} has {_model.Experts}, {_cluster.Name} has {_cluster.Ranks} ranks."
            );
        }
    }
}
