using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <content>What a node does as a member of a sample.</content>
public sealed partial class PlexusNode
{
    private enum Phase
    {
        Idle,
        Training,
        Searching,
        Sending,
        Waiting,
    }

    private Phase _phase;
    private bool _completed; // this round's training was acknowledged, or given up
    private object? _trained;
    private double _weight;
    private int _sendings;
    private bool _anyArrived;
    private bool _isAcknowledged;
    private int _attempt;
    private int _searchesWithoutResult;
    private VirtualTime _waitingSince;
    private readonly List<int> _aggregators = [];
    private readonly List<int> _lost = [];

    private void Participate(int peer, in PlexusMessage message)
    {
        if (message.View is { } view && peer != Self)
        {
            View.Merge(view);
            View.Activity(peer, Math.Max(message.Round, RoundEstimate));
        }

        int round = message.Round;
        if (message.Model is { } received && !_setting.Models.IsSound(received))
        {
            Record(PlexusEvent.RejectedModel, round);
            return;
        }

        if (round > TrainRound)
        {
            if (round > 1)
            {
                Record(PlexusEvent.InterruptTraining, TrainRound);
            }

            Abandon();
            TrainRound = round;
            _completed = false;
        }

        if (round == TrainRound && _phase == Phase.Idle && !_completed)
        {
            _phase = Phase.Training;
            Record(PlexusEvent.StartTraining, round);
            _out.Add(new(PlexusOutputKind.Train, Message: new(PlexusMessageKind.AggregatedModel, round, Model: message.Model)));
        }
    }

    /// <summary>Leaves what is being done for an earlier round.</summary>
    private void Abandon()
    {
        for (int i = _searches.Count - 1; i >= 0; i--)
        {
            if ((_searches[i].ForAggregator || _searches[i].ForProbe) && _searches[i].Index <= TrainRound + 1)
            {
                _searches[i].IsDone = true;
                _searches.RemoveAt(i);
            }
        }

        if (_phase == Phase.Training)
        {
            _out.Add(new(PlexusOutputKind.CancelTraining, Message: new(default, TrainRound)));
            if (IsOfficial)
            {
                // The published code goes on after a cancelled training as if it were done, and sends what it has.
                Record(PlexusEvent.DoneTraining, TrainRound);
                FindAggregators(TrainRound + 1, []);
            }
        }

        if (_phase == Phase.Sending && IsOfficial)
        {
            // There the sending is part of what is cancelled: the bytes go on, but nobody looks at them.
            _out.Add(new(PlexusOutputKind.AbandonSendings, Message: new(PlexusMessageKind.TrainedModel, TrainRound + 1)));
        }

        (_phase, _trained, _sendings, _isAcknowledged, _searchesWithoutResult) = (Phase.Idle, null, 0, false, 0);
        _attempt++;
        _aggregators.Clear();
        _lost.Clear();
    }

    private void TrainingDone(in PlexusMessage result)
    {
        if (_phase != Phase.Training || result.Round != TrainRound)
        {
            return;
        }

        Record(PlexusEvent.DoneTraining, TrainRound);
        (_trained, _weight, _phase, _waitingSince) = (result.Model, result.Weight, Phase.Searching, _now);
        FindAggregators(TrainRound + 1, []);
    }

    private void AggregatorsFound(LiveSearch search)
    {
        int index = search.Index;
        bool isCurrent = _phase == Phase.Searching && index == TrainRound + 1;
        if (!isCurrent && !IsOfficial)
        {
            return;
        }

        if (search.Answered.Count == 0 && !IsOfficial)
        {
            RetryLater();
            return;
        }

        if (isCurrent)
        {
            (_phase, _sendings, _anyArrived, _searchesWithoutResult) = (Phase.Sending, 0, false, 0);
            _aggregators.Clear();
            _aggregators.AddRange(search.Answered);
        }

        int[] targets = [.. search.Answered];
        Shuffle(targets);
        PlexusMessage message = new(PlexusMessageKind.TrainedModel, index, Model: _trained, View: View.Snapshot(), Weight: _weight);
        _sendings += isCurrent ? targets.Count(target => target != Self) : 0;
        foreach (int target in targets)
        {
            if (target != Self)
            {
                _out.Add(new(PlexusOutputKind.SendModel, target, message));
            }
        }

        FlushPending();
        if (targets.Contains(Self))
        {
            _anyArrived |= isCurrent;
            Collect(Self, message);
        }

        if (isCurrent && _phase == Phase.Sending && _sendings == 0 && index == TrainRound + 1)
        {
            Wait();
        }
    }

    private void TrainedModelSent(int peer, in PlexusMessage sent)
    {
        if (_phase != Phase.Sending || sent.Round != TrainRound + 1)
        {
            return;
        }

        _anyArrived |= sent.Flag;
        if (!sent.Flag && !IsOfficial)
        {
            _lost.Add(peer);
        }

        if (--_sendings == 0)
        {
            Wait();
        }
    }

    private void Wait()
    {
        _phase = Phase.Waiting;
        if (_isAcknowledged)
        {
            Complete();
        }
        else if (!_anyArrived && !IsOfficial)
        {
            SearchAgain();
        }
        else
        {
            SetAckTimer();
        }
    }

    private void SetAckTimer()
    {
        TimeSpan timeout = _options.EffectiveAckTimeout;
        if (timeout > TimeSpan.Zero)
        {
            SetTimer(new(PlexusTimerKind.Acknowledgement, TrainRound, ++_attempt), VirtualTime.FromTimeSpan(timeout));
        }
    }

    private void Complete()
    {
        (_phase, _completed, _trained) = (Phase.Idle, true, null);
        _attempt++;
        _lost.Clear();
    }

    private void Acknowledged(int peer, in PlexusMessage message)
    {
        if (message.Flag)
        {
            if (message.Round == TrainRound && _phase is Phase.Sending or Phase.Waiting)
            {
                _isAcknowledged = true; // a second one, from a second aggregator, changes nothing
                if (_phase == Phase.Waiting)
                {
                    Complete();
                }
            }

            return;
        }

        // The counter 0 lets any later announcement of the lost aggregator count.
        int counter = IsOfficial ? 0 : View[peer]?.Counter ?? 0;
        View.Set(peer, new(IsOfficial ? message.Round : Math.Max(message.Round, View[peer]?.Round ?? -1), counter, MembershipChange.Leave));
        if (_phase == Phase.Waiting && IsOfficial)
        {
            // There every such word starts another search, whichever round it is for, and the waiting goes on.
            Record(PlexusEvent.AggregatorLost, message.Round);
            FindAggregators(message.Round + 1, []);
        }
        else if (_phase == Phase.Waiting && message.Round == TrainRound)
        {
            _lost.Add(peer);
            SearchAgain();
        }
    }

    private void SearchAgain()
    {
        Record(PlexusEvent.AggregatorLost, TrainRound);
        _phase = Phase.Searching;
        _attempt++;
        FindAggregators(TrainRound + 1, _lost);
    }

    private void AcknowledgementDue(PlexusTimer timer)
    {
        if (_phase == Phase.Waiting && timer.Id == TrainRound && timer.Attempt == _attempt)
        {
            if (HasWaitedTooLong)
            {
                // An aggregator that answers but has long had the time to close has forgotten the model: it was restarted, or gave the round up.
                _lost.AddRange(_aggregators);
                _waitingSince = _now;
                SearchAgain();
            }
            else if (_aggregators.Contains(Self))
            {
                SetAckTimer();
            }
            else
            {
                ProbeAggregators(TrainRound + 1, _aggregators);
            }
        }
    }

    private bool HasWaitedTooLong =>
        _options.AggregationTimeout > TimeSpan.Zero
        && _now - _waitingSince > VirtualTime.FromTimeSpan(2 * _options.AggregationTimeout + _options.EffectiveAckTimeout);

    private void ProbeEnded(LiveSearch search)
    {
        if (_phase != Phase.Waiting || search.Index != TrainRound + 1)
        {
            return;
        }

        if (search.Answered.Count > 0)
        {
            SetAckTimer();
        }
        else
        {
            _lost.AddRange(_aggregators);
            SearchAgain();
        }
    }

    private void RetryLater()
    {
        TimeSpan patience = _options.AggregationTimeout > TimeSpan.Zero ? _options.AggregationTimeout : TimeSpan.FromMinutes(5);
        if (_now - _waitingSince > VirtualTime.FromTimeSpan(patience))
        {
            Record(PlexusEvent.RoundGivenUp, TrainRound);
            Complete();
            return;
        }

        double seconds = Math.Min(30, Math.Pow(2, Math.Min(_searchesWithoutResult++, 5)));
        SetTimer(new(PlexusTimerKind.Retry, TrainRound, ++_attempt), VirtualTime.FromSeconds(seconds));
    }

    private void RetryDue(PlexusTimer timer)
    {
        if (_phase == Phase.Searching && timer.Id == TrainRound && timer.Attempt == _attempt)
        {
            FindAggregators(TrainRound + 1, []);
        }
    }
}
