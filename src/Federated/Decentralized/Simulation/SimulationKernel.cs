using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The discrete-event simulation under all algorithms: one queue, one network, devices, presence, training in virtual time. An algorithm asks it to send, train and wait, and is told through its
/// <see cref="AlgorithmRun"/>. One thread; only learning happens elsewhere, and only its results come back, at their virtual time.
/// </summary>
public sealed partial class SimulationKernel
{
    private const int Arrival = 1;
    private const int TransferEnd = 2;
    private const int TrainingEnd = 3;
    private const int TimerDue = 4;
    private const int PresenceDue = 5;
    private const int LateArrival = 6;
    private const int LivenessDue = 7;

    private readonly record struct Control(int From, int To, PlexusMessage Message);

    private record struct Parcel(int From, PlexusMessage Message, double ViewShare, bool IsAbandoned = false);

    private readonly record struct Late(PlexusMessage Message, EndedTransfer Transfer);

    private struct Training
    {
        public int Node;
        public int Round;
        public VirtualTime Since;
        public EventTimer End;
        public TrainingJob? Job;
        public SimulatedModel? Input;
        public bool IsExclusive;
    }

    private readonly Slab<Control> _controls = new();
    private readonly Slab<Parcel> _parcels = new();
    private readonly Slab<Late> _late = new();
    private readonly Slab<TimerTag> _timers = new();
    private readonly Slab<Training> _trainingSlots = new();
    private readonly int[] _training; // of each node, its place plus 1; 0: it does not train
    private readonly bool[] _online;
    private readonly BandwidthModel _network;
    private readonly VirtualTime[] _trainingTime;
    private readonly RandomStream _random;
    private int _trainings;

    internal SimulationKernel(SimulationOptions options, RandomStream random, EventLog log)
    {
        (Options, _random) = (options, random);
        Nodes = options.Devices.Count;
        Events = new EventQueue(options.Granularity, Math.Min(Nodes * 4, 1 << 20));
        double[] limits = [.. options.Devices.Select(d => d.BytesPerSecond)];
        _network = BandwidthModel.Of(
            options.Sharing,
            new(Events, TransferEnd, limits, limits, options.CountsWholeBytes, options.CountsWholeBytes),
            TransferEnded
        );
        _training = new int[Nodes];
        _trainingTime = new VirtualTime[Nodes];
        _online = new bool[Nodes];
        Account = new Accounts(this, log);
    }

    /// <summary>The world.</summary>
    public SimulationOptions Options { get; }

    /// <summary>How many nodes there are.</summary>
    public int Nodes { get; }

    /// <summary>The present virtual time.</summary>
    public VirtualTime Now => Events.Now;

    /// <summary>How many nodes are online.</summary>
    public int OnlineCount { get; private set; }

    internal EventQueue Events { get; }

    internal Accounts Account { get; }

    internal AlgorithmRun Run { get; set; } = null!;

    internal BandwidthModel Network => _network;

    internal long Handled { get; private set; }

    internal bool IsLivenessLost { get; private set; }

    /// <summary>A stream of randomness for a purpose: the same in every run with this seed.</summary>
    public RandomStream Random(params ReadOnlySpan<string> purpose) => _random.Split(purpose);

    /// <summary>Whether a node is online.</summary>
    public bool IsOnline(int node) => _online[node];

    /// <summary>Whether a node is training.</summary>
    public bool IsTraining(int node) => _training[node] > 0;

    /// <summary>Sends a message without a model. It is counted, delayed by the latency, and lost if the receiver is then not online.</summary>
    public void Send(int from, int to, in PlexusMessage message)
    {
        Account.Sent(message.Kind, from);
        Schedule(Delay(from, to), Arrival, to, _controls.Add(new(from, to, message)));
    }

    /// <summary>Sends a model; its end is told by <see cref="AlgorithmRun.OnSent"/>.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver, another node; if it is offline, sending fails at once.</param>
    /// <param name="message">The message.</param>
    /// <param name="bytes">Its size; 0: the model's size and, if there is a view, the view's.</param>
    public void SendModel(int from, int to, in PlexusMessage message, long bytes = 0)
    {
        double view = 0;
        if (bytes == 0)
        {
            int known = message.View?.KnownBound ?? 0;
            bytes = known == 0 ? Options.Sizes.Model : Options.Sizes.WithView(known);
            view = 1 - ((double)Options.Sizes.Model / bytes);
        }

        Account.TransferStarted();
        int tag = _parcels.Add(new(from, message, view));
        if (_online[to])
        {
            _network.Start(from, to, bytes, tag);
        }
        else
        {
            Schedule(VirtualTime.Zero, LateArrival, from, _late.Add(new(message, Failed(tag, from, to, bytes))));
            _ = _parcels.Take(tag);
        }
    }

    /// <summary>Fails all transfers, as at the end of a round of fixed length.</summary>
    public void KillTransfers() => _network.KillAll();

    /// <summary>Lets the models of this kind and round that a node is sending go on without being delivered, or told of.</summary>
    internal void AbandonSendings(int node, in PlexusMessage like)
    {
        foreach (int tag in _network.TagsFrom(node))
        {
            ref Parcel parcel = ref _parcels[tag];
            parcel.IsAbandoned |= parcel.Message.Kind == like.Kind && parcel.Message.Round == like.Round;
        }
    }

    /// <summary>Who is just sending a trained model to a node, and of which round.</summary>
    public IReadOnlyList<(int Peer, int Round)> SendersTo(int node) =>
        [
            .. _network
                .TagsTo(node)
                .Select(tag => _parcels[tag])
                .Where(parcel => parcel.Message.Kind == PlexusMessageKind.TrainedModel)
                .Select(parcel => (parcel.From, parcel.Message.Round))
                .Distinct(),
        ];

    /// <summary>Tells after a while. A timer cannot be cancelled: the algorithm ignores one that it no longer waits for. Timers of nodes that are offline are told as well.</summary>
    public void SetTimer(int node, VirtualTime delay, TimerTag timer) => Schedule(delay, TimerDue, node, _timers.Add(timer));

    /// <summary>How long a number of steps takes a node.</summary>
    public VirtualTime TrainingTime(int node, int steps)
    {
        double seconds =
            3.0
            * (Options.Devices[node].ComputationMs / 1000)
            * Options.LocalSteps
            * (Options.Compute == ComputeModel.PerSample ? Options.BatchSize : 1);
        VirtualTime all = Options.Granularity.FromSeconds(seconds);
        return steps == Options.LocalSteps
            ? all
            : Options.Granularity.Truncate(new((long)((Int128)all.Nanoseconds * steps / Options.LocalSteps)));
    }

    /// <summary>Lets a node train a model; the end is told by <see cref="AlgorithmRun.OnTrained"/>.</summary>
    /// <param name="node">The node, which is not training.</param>
    /// <param name="round">Comes back with the result.</param>
    /// <param name="model">The model; null if nothing is learned.</param>
    /// <param name="steps">How many steps; null: <see cref="SimulationOptions.LocalSteps"/>.</param>
    /// <param name="isExclusive">Whether a node does one training at a time; others go on beside it, and cannot be cancelled.</param>
    /// <exception cref="InvalidOperationException">The node is training, and the new training is exclusive.</exception>
    public void Train(int node, int round, object? model, int? steps = null, bool isExclusive = true)
    {
        if (isExclusive && IsTraining(node))
        {
            throw new InvalidOperationException($"Node {node} is training already.");
        }

        int count = steps ?? Options.LocalSteps;
        Training training = new()
        {
            Node = node,
            Round = round,
            Since = Now,
            Input = (SimulatedModel?)model,
            IsExclusive = isExclusive,
        };
        if (training.Input is not null)
        {
            training.Job = Enqueue(node, training.Input, count);
        }

        int place = _trainingSlots.Add(training);
        _trainings++;
        _trainingSlots[place].End = Events.ScheduleTimerAfter(TrainingTime(node, count), TrainingEnd, node, place);
        if (isExclusive)
        {
            _training[node] = place + 1;
        }
    }

    /// <summary>Stops the training of a node, if it trains. The time spent counts.</summary>
    public void CancelTraining(int node)
    {
        if (IsTraining(node))
        {
            Training training = _trainingSlots.Take(_training[node] - 1);
            Events.Cancel(training.End);
            training.Job?.Drop();
            _trainingTime[node] += Now - training.Since;
            _training[node] = 0;
            _trainings--;
        }
    }

    /// <summary>Says that a round is closed.</summary>
    /// <param name="aggregator">By whom; -1: by all nodes together.</param>
    /// <param name="round">Its number.</param>
    /// <param name="models">How many models were averaged.</param>
    public void RoundClosed(int aggregator, int round, int models) => Account.RoundClosed(new(Now.Seconds, aggregator, round, models));

    /// <summary>Says, for the record, what a node averaged.</summary>
    public void Averaged(int node, int round, IReadOnlyList<int> from, object? model) =>
        Account.Record?.Averages.Add(new(Now.Seconds, node, round, from, (model as SimulatedModel)?.Value));

    /// <summary>Says, for the record, that something happened.</summary>
    public void Note(string what, int node, int round) => Account.Note(what, node, round);

    /// <summary>The seconds a node has trained, the present training included.</summary>
    public double TrainingSeconds(int node) =>
        (_trainingTime[node] + (IsTraining(node) ? Now - _trainingSlots[_training[node] - 1].Since : default)).Seconds;

    internal void Begin()
    {
        for (int node = 0; node < Nodes; node++)
        {
            _online[node] = Options.Availability.IsOnlineAtStart(node);
            OnlineCount += _online[node] ? 1 : 0;
            ScheduleNextChange(node, new VirtualTime(-1));
        }

        if (Options.LivenessCheck is { } every)
        {
            Schedule(every, LivenessDue, 0, 0);
        }

        Run.Start();
    }

    /// <summary>Handles the next event until a time; false: there is none.</summary>
    internal bool Step(VirtualTime until)
    {
        if (!Events.TryDequeue(until, out SimulationEvent next))
        {
            return false;
        }

        Handled++;
        Account.Log(next);
        switch (next.Kind)
        {
            case Arrival:
                Arrive(_controls.Take(next.Payload));
                break;
            case TransferEnd:
                _network.Complete(next.Payload);
                break;
            case TrainingEnd:
                EndTraining(next.Payload);
                break;
            case TimerDue:
                Run.OnTimer(next.Node, _timers.Take(next.Payload));
                break;
            case PresenceDue:
                ChangePresence(next.Node);
                break;
            case LateArrival:
                Late late = _late.Take(next.Payload);
                Deliver(late.Message, late.Transfer);
                break;
            default:
                CheckLiveness();
                break;
        }

        return true;
    }

    private void Arrive(in Control control)
    {
        if (_online[control.To])
        {
            Account.Received(control.Message.Kind, control.To);
            Run.OnMessage(control.To, control.From, control.Message);
        }
        else
        {
            Account.Lost(control.Message.Kind, control.To);
        }
    }

    private void EndTraining(int place)
    {
        Training training = _trainingSlots.Take(place);
        int node = training.Node;
        if (training.IsExclusive)
        {
            _training[node] = 0;
        }

        _trainings--;
        _trainingTime[node] += Now - training.Since;
        Run.OnTrained(node, training.Round, training.Input is null ? null : Finished(training));
    }

    private void TransferEnded(EndedTransfer ended)
    {
        Parcel parcel = _parcels.Take(ended.Tag);
        Account.TransferEnded(parcel.Message, ended, parcel.ViewShare, parcel.IsAbandoned);
        if (parcel.IsAbandoned)
        {
            return;
        }

        if (ended.IsWhole && Options.AddLatencyToTransfers)
        {
            Schedule(Delay(ended.From, ended.To), LateArrival, ended.To, _late.Add(new(parcel.Message, ended)));
        }
        else
        {
            Deliver(parcel.Message, ended);
        }
    }

    private void Deliver(in PlexusMessage message, in EndedTransfer ended) =>
        Run.OnSent(message, ended.IsWhole && !_online[ended.To] ? ended with { IsWhole = false } : ended);

    private EndedTransfer Failed(int tag, int from, int to, long bytes) => new(tag, from, to, bytes, 0, Now, null, Now, 0, false);

    private void ChangePresence(int node)
    {
        // The change that is due now is the first one not before now.
        if (Options.Availability.Next(node, new VirtualTime(Now.Nanoseconds - 1)) is { } change && change.IsOnline != _online[node])
        {
            if (change.IsOnline)
            {
                _online[node] = true;
                OnlineCount++;
                Run.OnOnline(node);
            }
            else
            {
                Run.OnOffline(node, change.IsGraceful);
                _online[node] = false;
                OnlineCount--;
                _network.Kill(node);
            }
        }

        ScheduleNextChange(node, Now);
    }

    private void ScheduleNextChange(int node, VirtualTime after)
    {
        if (Options.Availability.Next(node, after) is { } change)
        {
            Events.Schedule(VirtualTime.Max(change.At, Now), PresenceDue, node);
        }
    }

    private void CheckLiveness()
    {
        if (OnlineCount > 0 && _trainings == 0 && _network.Count == 0 && !Run.IsWorking)
        {
            IsLivenessLost = true;
            return;
        }

        Schedule(Options.LivenessCheck!.Value, LivenessDue, 0, 0);
    }

    private VirtualTime Delay(int from, int to) => from == to ? default : Options.Latency?[from, to] ?? default;

    private void Schedule(VirtualTime delay, int kind, int node, int payload) => Events.ScheduleAfter(delay, kind, node, payload);
}
