using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <content>What a node does as an aggregator.</content>
public sealed partial class PlexusNode
{
    private sealed class Aggregation(int index)
    {
        public int Index { get; } = index;
        public List<(int Sender, object? Model, double Weight)> Models { get; } = [];
        public object? Average { get; set; }
        public bool IsClosed { get; set; }
        public bool IsExtended { get; set; }
        public int Sendings { get; set; }
    }

    private readonly List<Aggregation> _aggregations = [];
    private readonly HashSet<int> _closed = [];

    private void Collect(int peer, in PlexusMessage message)
    {
        int index = message.Round;
        if (message.View is { } view && peer != Self)
        {
            View.Merge(view);
            View.Activity(peer, Math.Max(index, RoundEstimate));
        }

        Aggregation? aggregation = _aggregations.Find(a => a.Index == index);
        bool isClosed = _closed.Contains(index);
        if (peer != Self)
        {
            Record(PlexusEvent.ReceivedTrainedModel, index);
        }

        if (isClosed)
        {
            Record(PlexusEvent.LateModel, index);
            return;
        }

        if (message.Model is { } received && !_setting.Models.IsSound(received))
        {
            Record(PlexusEvent.RejectedModel, index);
            return;
        }

        if (aggregation is null)
        {
            Record(PlexusEvent.StartAggregation, index - 1);
            aggregation = new(index);
            _aggregations.Add(aggregation);
            if (_options.AggregationTimeout > TimeSpan.Zero)
            {
                SetTimer(new(PlexusTimerKind.Aggregation, index), _setting.AggregationTimeout);
            }
        }

        if (aggregation.Models.Exists(m => m.Sender == peer))
        {
            return; // the first model of a sender counts
        }

        aggregation.Models.Add((peer, message.Model, message.Weight));
        if (aggregation.Models.Count >= _options.RequiredModels)
        {
            Close(aggregation);
        }
    }

    private void Close(Aggregation aggregation)
    {
        aggregation.IsClosed = true;
        _closed.Add(aggregation.Index);
        aggregation.Average = Average(aggregation.Models);
        _out.Add(
            new(
                PlexusOutputKind.RoundClosed,
                Message: new(PlexusMessageKind.AggregatedModel, aggregation.Index - 1, aggregation.Models.Count, Model: aggregation.Average)
            )
        );
        FindParticipants(aggregation.Index);
    }

    private object? Average(List<(int Sender, object? Model, double Weight)> models)
    {
        if (models.Exists(m => m.Model is null))
        {
            return null; // nothing is learned in this run
        }

        if (_options.Summation == SummationOrder.Identifier)
        {
            Roster roster = _setting.Orders.Roster;
            models = [.. models];
            models.Sort((a, b) => roster.BytesOf(a.Sender).SequenceCompareTo(roster.BytesOf(b.Sender)));
        }

        double total = _options.Weighting == ModelWeighting.Equal ? models.Count : models.Sum(m => m.Weight);
        return _setting.Models.Average(
            [.. models.Select(m => m.Model!)],
            [.. models.Select(m => (_options.Weighting == ModelWeighting.Equal ? 1 : m.Weight) / total)]
        );
    }

    private void ParticipantsFound(LiveSearch search)
    {
        Aggregation? aggregation = _aggregations.Find(a => a.Index == search.Index);
        if (aggregation is null)
        {
            return;
        }

        int[] targets = [.. search.Answered];
        Shuffle(targets);
        PlexusMessage message = new(
            PlexusMessageKind.AggregatedModel,
            aggregation.Index,
            Model: aggregation.Average,
            View: View.Snapshot()
        );
        foreach (int target in targets)
        {
            if (target != Self)
            {
                aggregation.Sendings++;
                _out.Add(new(PlexusOutputKind.SendModel, target, message));
            }
        }

        FlushPending();
        if (targets.Contains(Self))
        {
            Participate(Self, message);
        }

        if (aggregation.Sendings == 0)
        {
            Finish(aggregation);
        }
    }

    private void AverageSent(int index)
    {
        Aggregation? aggregation = _aggregations.Find(a => a.Index == index);
        if (aggregation is not null && --aggregation.Sendings == 0)
        {
            Finish(aggregation);
        }
    }

    private void Finish(Aggregation aggregation)
    {
        _aggregations.Remove(aggregation);
        foreach ((int sender, _, _) in aggregation.Models)
        {
            PlexusMessage done = new(PlexusMessageKind.Acknowledgement, aggregation.Index - 1, Flag: true);
            if (sender == Self && !IsOfficial)
            {
                Acknowledged(Self, done);
            }
            else
            {
                Send(sender, done);
            }
        }

        Record(PlexusEvent.DoneAggregation, aggregation.Index - 1);
        Forget();
    }

    /// <summary>Closed indices far behind are forgotten: nobody sends models that old.</summary>
    private void Forget()
    {
        const int Kept = 4096;
        if (_closed.Count > 2 * Kept)
        {
            int oldest = _closed.Max() - Kept;
            _closed.RemoveWhere(index => index < oldest);
        }
    }

    private void AggregationDue(int index)
    {
        Aggregation? aggregation = _aggregations.Find(a => a.Index == index);
        if (aggregation is null || aggregation.IsClosed || _closed.Any(closed => closed > index))
        {
            return;
        }

        bool isEnough = aggregation.Models.Count >= Math.Min(_options.EffectiveLiveness, _options.RequiredModels);
        if (!isEnough && !IsOfficial && !aggregation.IsExtended)
        {
            // The published code drops the models here, and with them the last history there may be. A last short wait, and the round closes with what came.
            aggregation.IsExtended = true;
            SetTimer(new(PlexusTimerKind.Aggregation, index), VirtualTime.FromSeconds(_setting.AggregationTimeout.Seconds / 10));
            return;
        }

        if (isEnough || !IsOfficial)
        {
            Record(PlexusEvent.AggregationTimedOut, index - 1);
            Close(aggregation);
            return;
        }

        Record(PlexusEvent.AggregationGivenUp, index - 1);
        _aggregations.Remove(aggregation);
    }
}
