using System.Buffers.Binary;
using ResearchKit.Metrics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>What a run counts.</summary>
internal sealed class Accounts
{
    private const int TestLogged = 100;

    private sealed record PendingTest(double TimeS, int Round, double BytesUp, double TrainingS, IReadOnlyList<TrainingJob> Jobs);

    private readonly SimulationKernel _kernel;
    private readonly double[] _up;
    private readonly double[] _down;
    private readonly TrafficLedger _ledger = new(byPair: false);
    private readonly TrafficKind[] _kinds;
    private readonly TrafficKind _model;
    private readonly TrafficKind _view;
    private readonly int[] _sizes;
    private readonly long[] _happened = new long[Enum.GetValues<PlexusEvent>().Length];
    private readonly long[] _packets = new long[16];
    private readonly List<PendingTest> _pending = [];
    private readonly EventLog _log;
    private double[]? _lost;
    private long _started;
    private long _finished;
    private long _failed;

    internal Accounts(SimulationKernel kernel, EventLog log)
    {
        (_kernel, _log) = (kernel, log);
        _up = new double[kernel.Nodes];
        _down = new double[kernel.Nodes];
        Record = kernel.Options.KeepsRecord ? new SimulationRecord() : null;
        MessageSizes sizes = kernel.Options.Sizes;
        _kinds = new TrafficKind[14];
        _sizes = new int[14];
        foreach (
            (PlexusMessageKind kind, string name) in new[]
            {
                (PlexusMessageKind.Advertisement, "advertisement"),
                (PlexusMessageKind.Ping, "ping"),
                (PlexusMessageKind.Pong, "pong"),
                (PlexusMessageKind.Acknowledgement, "acknowledgement"),
            }
        )
        {
            _kinds[(int)kind] = _ledger.Kind(name);
            _sizes[(int)kind] = sizes.Of(kind);
        }

        _model = _ledger.Kind("model");
        _view = _ledger.Kind("view");
    }

    internal SimulationRecord? Record { get; }

    internal List<ClosedRound> Rounds { get; } = [];

    /// <summary>Rounds that were closed, each counted once: an aggregator whom only stragglers chose closes an old round again when its time is up.</summary>
    internal int RoundCount => _rounds.Count;

    private readonly HashSet<int> _rounds = [];

    internal void RoundClosed(ClosedRound round)
    {
        Rounds.Add(round);
        _rounds.Add(round.Round);
    }

    internal List<TestedModel> Tests { get; } = [];

    internal List<double> SearchS { get; } = [];

    internal string LogHash => _log.Hash;

    internal void Log(in SimulationEvent happened) => _log.Append(happened);

    internal void Sent(PlexusMessageKind kind, int from)
    {
        int bytes = _sizes[(int)kind];
        _packets[(int)kind]++;
        _up[from] += bytes;
        _ledger.RecordPartial(_kinds[(int)kind], from, from, bytes, 0);
    }

    internal void Received(PlexusMessageKind kind, int to) => _down[to] += _sizes[(int)kind];

    internal void Lost(PlexusMessageKind kind, int to) => (_lost ??= new double[_kernel.Nodes])[to] += _sizes[(int)kind];

    internal void TransferStarted() => _started++;

    internal void TransferEnded(in PlexusMessage message, in EndedTransfer ended, double viewShare, bool isAbandoned)
    {
        if (isAbandoned)
        {
            return; // nor does the published code count it
        }

        _finished += ended.IsWhole ? 1 : 0;
        _failed += ended.IsWhole ? 0 : 1;
        _up[ended.From] += ended.Transferred;
        _down[ended.To] += ended.Transferred;
        long view = (long)(ended.Transferred * viewShare);
        long model = (long)ended.Transferred - view;
        if (ended.IsWhole)
        {
            _ledger.Record(_model, ended.From, ended.To, model);
        }
        else
        {
            _ledger.RecordPartial(_model, ended.From, ended.To, model, model);
        }

        if (view > 0)
        {
            _ledger.Record(_view, ended.From, ended.To, view);
        }

        Record?.Transfers.Add(
            new(
                ended.From,
                ended.To,
                message.Round,
                ended.Requested.Seconds,
                (ended.Ended - ended.Requested).Seconds,
                message.Kind == PlexusMessageKind.TrainedModel ? "trained_model" : "aggregated_model",
                ended.IsWhole,
                ended.Started?.Seconds
            )
        );
    }

    internal void Happened(PlexusEvent what, int node, int round)
    {
        _happened[(int)what]++;
        Record?.Events.Add(new(_kernel.Now.Seconds, node, round, what.ToString()));
    }

    internal void Note(string what, int node, int round) => Record?.Events.Add(new(_kernel.Now.Seconds, node, round, what));

    internal void Found(int by, int sample, VirtualTime since, IReadOnlyList<int> nodes)
    {
        SearchS.Add((_kernel.Now - since).Seconds);
        Record?.Samples.Add(new(_kernel.Now.Seconds, since.Seconds, by, sample, [.. nodes]));
    }

    internal double TotalUp()
    {
        double total = _up.Sum();
        foreach ((_, _, double carried, _) in _kernel.Network.Underway())
        {
            total += carried;
        }

        return total;
    }

    internal double TotalTraining()
    {
        double total = 0;
        for (int node = 0; node < _kernel.Nodes; node++)
        {
            total += _kernel.TrainingSeconds(node);
        }

        return total;
    }

    internal void Evaluate(int round, IReadOnlyList<SimulatedModel> models, ILearningTask task)
    {
        if (models.Count == 0)
        {
            return;
        }

        List<TrainingJob> jobs = [];
        if (!_kernel.IsReplaying)
        {
            foreach (SimulatedModel model in models)
            {
                TrainingJob job = new(cancellation => task.Evaluate(model.Value!, cancellation));
                _kernel.Pool?.Add(job);
                jobs.Add(job);
            }
        }

        _pending.Add(new(_kernel.Now.Seconds, round, TotalUp(), TotalTraining(), jobs));
        if (_pending.Count > 32)
        {
            Settle(); // tests keep their models in memory
        }
    }

    /// <summary>Waits for the tests asked for, in their order.</summary>
    internal void Settle()
    {
        foreach (PendingTest test in _pending)
        {
            if (test.Jobs.Count == 0)
            {
                continue; // replayed: the checkpoint has it
            }

            ModelQuality[] qualities = [.. test.Jobs.Select(job => (ModelQuality)job.Result(_kernel.CancellationToken))];
            double accuracy = qualities.Average(q => q.Accuracy);
            Tests.Add(
                new(
                    test.TimeS,
                    test.Round,
                    accuracy,
                    qualities.Average(q => q.Loss),
                    Math.Sqrt(qualities.Average(q => (q.Accuracy - accuracy) * (q.Accuracy - accuracy))),
                    test.BytesUp,
                    test.TrainingS
                )
            );
        }

        _pending.Clear();
    }

    internal SimulationResult Result(string algorithm, RunStatus status)
    {
        AppendTests();
        double[] up = [.. _up];
        double[] down = [.. _down];
        (int From, int To, double Bytes, double SinceS)[] underway = [.. _kernel.Network.Underway()];
        foreach ((int from, int to, double carried, _) in underway)
        {
            up[from] += carried;
            down[to] += carried;
        }

        return new()
        {
            Algorithm = algorithm,
            Status = status,
            EndS = _kernel.Now.Seconds,
            Events = _kernel.Handled,
            LogHash = _log.Hash,
            LogTruncated = _log.StoreFailure is not null,
            Rounds = Rounds,
            Tests = Tests,
            Traffic = _ledger,
            BytesUp = up,
            BytesDown = down,
            BytesLost = _lost ?? [],
            Underway = underway,
            NetworkS = [.. Enumerable.Range(0, _kernel.Nodes).Select(n => _kernel.Network.BusyTime(n).Seconds)],
            TrainingS = [.. Enumerable.Range(0, _kernel.Nodes).Select(_kernel.TrainingSeconds)],
            Happened = Enum.GetValues<PlexusEvent>().ToDictionary(e => e, e => _happened[(int)e]),
            Transfers = (_started, _finished, _failed),
            SearchS = SearchS,
            Record = Record,
            Models = [.. Enumerable.Range(0, _kernel.Nodes).Select(n => (_kernel.Run.ModelOf(n) as SimulatedModel)?.Value)],
            Views = _kernel.Run.Views,
        };
    }

    /// <summary>Results of learning are part of the log's hash: two runs are equal only if they learned the same.</summary>
    private void AppendTests()
    {
        Span<byte> detail = stackalloc byte[16];
        foreach (TestedModel test in Tests)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(detail, test.Accuracy);
            BinaryPrimitives.WriteDoubleLittleEndian(detail[8..], test.Loss);
            SimulationEvent tested = new(VirtualTime.FromSeconds(test.TimeS), 0, TestLogged, 0, test.Round);
            _log.Append(tested, detail);
        }
    }
}
