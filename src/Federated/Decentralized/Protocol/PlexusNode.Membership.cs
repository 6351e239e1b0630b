namespace ResearchKit.Federated.Decentralized;

/// <content>Joining, leaving, and hearing of others who do (arXiv:2302.13837, section 3.5).</content>
public sealed partial class PlexusNode
{
    private PopulationView? _pending; // joins heard of since the last model was sent

    /// <summary>Applies the joins heard of since the last sending: whoever joins never enters the sample that is being formed.</summary>
    private void FlushPending()
    {
        if (_pending is not null)
        {
            View.Merge(_pending);
            _pending = null;
        }
    }

    /// <summary>Looks at what a ping or pong says of its sender.</summary>
    private void Heard(int peer, in PlexusMessage message)
    {
        if (View[peer] is not { } entry)
        {
            return;
        }

        View.Activity(peer, Math.Max(RoundEstimate, message.Round));
        if (message.Index > entry.Counter)
        {
            View.Set(peer, View[peer]!.Value with { Counter = message.Index, State = MembershipChange.Join });
        }
    }

    private void Advertised(int peer, in PlexusMessage message)
    {
        int round = Math.Max(message.Round, RoundEstimate);
        if (!message.Flag)
        {
            (_pending ??= new PopulationView()).Set(peer, new(round, message.Index, MembershipChange.Join));
        }
        else if (IsOfficial || View[peer] is not { } entry || message.Index > entry.Counter)
        {
            View.Set(peer, new(round, message.Index, MembershipChange.Leave));
        }
    }

    private void Announce(MembershipChange change)
    {
        int index = NextAnnouncement++;
        List<int> known = [];
        foreach ((int node, ViewEntry entry) in View.Entries())
        {
            // Who leaves tells those who are there; who joins has an old view, and tells anybody.
            if (change == MembershipChange.Join || (node != Self && entry.State == MembershipChange.Join))
            {
                known.Add(node);
            }
        }

        int count = Math.Min(known.Count, 10 * _options.SampleSize);
        int[] targets;
        if (_setting.Random is { } random)
        {
            _random ??= random.Split("node", Self.ToString(System.Globalization.CultureInfo.InvariantCulture));
            targets = [.. _random.Sample(known.Count, count).Select(i => known[i])];
        }
        else
        {
            targets = [.. known.Take(count)];
        }

        PlexusMessage message = new(PlexusMessageKind.Advertisement, RoundEstimate, index, Flag: change == MembershipChange.Leave);
        foreach (int target in targets)
        {
            if (target == Self && !IsOfficial)
            {
                continue;
            }

            Send(target, message);
        }

        View.Set(Self, new(View[Self]?.Round ?? -1, index, change));
    }

    private void ComeOnline()
    {
        if (!IsOnline)
        {
            IsOnline = true;
            Announce(MembershipChange.Join);
        }
    }

    /// <param name="incoming">Who is sending a trained model to this node.</param>
    /// <param name="isGraceful">Whether it says that it goes.</param>
    private void GoOffline(IReadOnlyList<(int Peer, int Index)> incoming, bool isGraceful)
    {
        if (!IsOnline)
        {
            return;
        }

        // The published code sends these even when a node crashes.
        if (isGraceful || IsOfficial)
        {
            foreach (Aggregation aggregation in _aggregations)
            {
                Disappoint(aggregation, incoming);
            }
        }

        if (_phase == Phase.Training)
        {
            _out.Add(new(PlexusOutputKind.CancelTraining, Message: new(default, TrainRound)));
        }

        _aggregations.Clear();
        foreach (LiveSearch search in _searches)
        {
            search.IsDone = true;
        }

        _searches.Clear();
        (_phase, _completed, _trained, _sendings, _isAcknowledged) = (Phase.Idle, true, null, 0, false);
        _attempt++;
        _lost.Clear();
        if (isGraceful)
        {
            Announce(MembershipChange.Leave);
        }

        IsOnline = false;
    }

    /// <summary>Tells everybody who counts on an aggregation that it will not be.</summary>
    private void Disappoint(Aggregation aggregation, IReadOnlyList<(int Peer, int Index)> incoming)
    {
        List<int> told =
        [
            .. incoming.Where(i => i.Index == aggregation.Index).Select(i => i.Peer),
            .. aggregation.Models.Select(m => m.Sender),
        ];
        LiveSearch sample = new() { Index = aggregation.Index - 1 };
        TakeCandidates(sample, _options.SampleSize);
        told.AddRange(sample.Candidates);
        foreach (int peer in told.Distinct())
        {
            if (peer != Self || IsOfficial)
            {
                Send(peer, new(PlexusMessageKind.Acknowledgement, aggregation.Index - 1, Flag: false));
            }
        }
    }
}
