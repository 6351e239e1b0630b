using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// A node of Plexus (arXiv:2503.05509; arXiv:2302.13837, section 3) as a pure state machine: inputs in, outputs out, no clock, no socket, no thread. Simulation and network drive
/// the same class; every decision of the protocol is here.
/// </summary>
/// <remarks>
/// Round k is trained by sample k. The aggregator of round k is one of sample k + 1, and k + 1 is the index in all its messages. Not thread-safe.
/// </remarks>
public sealed partial class PlexusNode
{
    private readonly PlexusSetting _setting;
    private readonly PlexusOptions _options;
    private RandomStream? _random;
    private List<PlexusOutput> _out = [];
    private VirtualTime _now;

    /// <summary>A node.</summary>
    /// <param name="self">Its number in the roster.</param>
    /// <param name="view">Its first view, which it keeps.</param>
    /// <param name="setting">What all nodes of a population share.</param>
    public PlexusNode(int self, PopulationView view, PlexusSetting setting)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(self);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(setting);
        (Self, View, _setting, _options) = (self, view, setting, setting.Options);
    }

    /// <summary>Its number in the roster.</summary>
    public int Self { get; }

    /// <summary>What it knows of the others.</summary>
    public PopulationView View { get; }

    /// <summary>The latest round in which it was told to train; 0 if never.</summary>
    public int TrainRound { get; private set; }

    /// <summary>Whether it takes part.</summary>
    public bool IsOnline { get; private set; } = true;

    /// <summary>The number of its next announcement. A node that comes back after a restart must go on from where it was, or nobody believes it.</summary>
    public int NextAnnouncement { get; private set; } = 1;

    /// <summary>The round it believes the network to be in.</summary>
    public int RoundEstimate
    {
        get
        {
            int estimate = Math.Max(TrainRound, View.HighestRound);
            foreach (Aggregation aggregation in _aggregations)
            {
                estimate = Math.Max(estimate, aggregation.Index);
            }

            return estimate;
        }
    }

    /// <summary>The indices it is collecting models for, or sending the average of.</summary>
    public IEnumerable<int> Aggregating => _aggregations.Select(a => a.Index);

    private bool IsOfficial => _options.Compatibility == Compatibility.Official;

    /// <summary>What a restarted node needs: the round it was in, and the number of its next announcement.</summary>
    /// <param name="trainRound">The latest round in which it was told to train.</param>
    /// <param name="nextAnnouncement">The number of the next announcement; it never goes back.</param>
    public void Restore(int trainRound, int nextAnnouncement)
    {
        TrainRound = Math.Max(TrainRound, trainRound);
        NextAnnouncement = Math.Max(NextAnnouncement, nextAnnouncement);
        _completed = true;
    }

    /// <summary>Marks a node as not taking part from the start: it neither announces nor answers until it is told to come online.</summary>
    public void StartOffline() => IsOnline = false;

    /// <summary>Takes an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="now">The time, which never goes back.</param>
    /// <param name="outputs">Where the outputs are appended, in order.</param>
    public void Handle(in PlexusInput input, VirtualTime now, List<PlexusOutput> outputs)
    {
        (_out, _now) = (outputs, now);
        switch (input.Kind)
        {
            case PlexusInputKind.Online:
                ComeOnline();
                break;
            case PlexusInputKind.Leaving:
                GoOffline(input.Incoming ?? [], isGraceful: true);
                break;
            case PlexusInputKind.Crashed:
                GoOffline(input.Incoming ?? [], isGraceful: false);
                break;
            case var _ when !IsOnline:
                break; // whoever is offline neither answers nor processes
            case PlexusInputKind.Message:
                Receive(input.Peer, input.Message);
                break;
            case PlexusInputKind.Timer:
                Due(input.Timer);
                break;
            case PlexusInputKind.Trained:
                TrainingDone(input.Message);
                break;
            case PlexusInputKind.Sent:
                SendingEnded(input.Peer, input.Message);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input), input.Kind, "There is no such kind of input.");
        }
    }

    private void Receive(int peer, in PlexusMessage message)
    {
        switch (message.Kind)
        {
            case PlexusMessageKind.Ping:
                Heard(peer, message);
                Send(peer, new(PlexusMessageKind.Pong, RoundEstimate, NextAnnouncement - 1, message.Identifier));
                break;
            case PlexusMessageKind.Pong:
                Heard(peer, message);
                Answered(peer, message.Identifier);
                break;
            case PlexusMessageKind.Advertisement:
                Advertised(peer, message);
                break;
            case PlexusMessageKind.Acknowledgement:
                Acknowledged(peer, message);
                break;
            case PlexusMessageKind.TrainedModel:
                Collect(peer, message);
                break;
            case PlexusMessageKind.AggregatedModel:
                if (peer != Self)
                {
                    Record(PlexusEvent.ReceivedAggregatedModel, message.Round);
                }

                Participate(peer, message);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(message), message.Kind, "There is no such kind of message.");
        }
    }

    private void Due(PlexusTimer timer)
    {
        switch (timer.Kind)
        {
            case PlexusTimerKind.Search:
                SearchDue(timer.Id);
                break;
            case PlexusTimerKind.Aggregation:
                AggregationDue(timer.Id);
                break;
            case PlexusTimerKind.Acknowledgement:
                AcknowledgementDue(timer);
                break;
            case PlexusTimerKind.Retry:
                RetryDue(timer);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(timer), timer.Kind, "There is no such timer.");
        }
    }

    private void SendingEnded(int peer, in PlexusMessage sent)
    {
        if (sent.Kind == PlexusMessageKind.TrainedModel)
        {
            TrainedModelSent(peer, sent);
        }
        else
        {
            AverageSent(sent.Round);
        }
    }

    private void Send(int peer, in PlexusMessage message) => _out.Add(new(PlexusOutputKind.Send, peer, message));

    private void SetTimer(PlexusTimer timer, VirtualTime delay) => _out.Add(new(PlexusOutputKind.SetTimer, Timer: timer, Delay: delay));

    private void Record(PlexusEvent happened, int round) =>
        _out.Add(new(PlexusOutputKind.Event, Message: new(default, round), Event: happened));

    private void Shuffle(Span<int> nodes)
    {
        if (nodes.Length > 1 && _setting.Random is { } random)
        {
            (_random ??= random.Split("node", Self.ToString(System.Globalization.CultureInfo.InvariantCulture))).Shuffle(nodes);
        }
    }
}
