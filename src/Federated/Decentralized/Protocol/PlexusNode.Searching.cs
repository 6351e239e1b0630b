using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <content>Finding live nodes (arXiv:2302.13837, section 3.4): the first of a sample's order that answer a ping.</content>
public sealed partial class PlexusNode
{
    /// <summary>Candidates taken from the order beyond the wanted ones when a search begins.</summary>
    private const int Margin = 16;

    private static readonly Comparison<(int Node, double Bandwidth, int Place)> ByBandwidth = static (a, b) =>
        a.Bandwidth != b.Bandwidth ? b.Bandwidth.CompareTo(a.Bandwidth) : a.Place.CompareTo(b.Place);

    private readonly List<LiveSearch> _searches = [];
    private readonly Stack<LiveSearch> _idle = new();
    private int _searchCount;
    private int _pingCount;

    private LiveSearch NewSearch(int index, int wanted)
    {
        LiveSearch search = _idle.Count > 0 ? _idle.Pop() : new LiveSearch();
        search.Clear();
        (search.Id, search.Index, search.Wanted, search.Since) = (_searchCount++, index, wanted, _now);
        _searches.Add(search);
        return search;
    }

    /// <summary>Looks for live members of a sample; goes on in <see cref="Found"/>.</summary>
    private void FindParticipants(int index)
    {
        LiveSearch search = NewSearch(index, _options.SampleSize);
        TakeCandidates(search, search.Wanted + Margin);
        Begin(search);
    }

    private void FindAggregators(int index, List<int> except)
    {
        LiveSearch search = NewSearch(index, _options.Aggregators);
        search.ForAggregator = true;
        if (_options.FixedAggregator is { } server)
        {
            search.Candidates.Add(server);
            search.OrderPosition = -1;
        }
        else if (_options.AggregatorChoice == AggregatorChoice.HighestBandwidth && _setting.Bandwidths is not null)
        {
            TakeCandidates(search, _options.SampleSize);
            SortByBandwidth(search.Candidates);
            search.OrderPosition = -1;
        }
        else
        {
            TakeCandidates(search, search.Wanted + Margin);
        }

        // With nobody else left the lost one is asked again: it may have come back.
        if (except.Count > 0 && search.Candidates.Any(candidate => !except.Contains(candidate)))
        {
            search.Candidates.RemoveAll(except.Contains);
        }

        Begin(search);
    }

    private void ProbeAggregators(int index, List<int> aggregators)
    {
        LiveSearch search = NewSearch(index, 1);
        (search.ForProbe, search.OrderPosition) = (true, -1);
        search.Candidates.AddRange(aggregators);
        search.Wanted = Math.Max(1, search.Candidates.Count);
        Begin(search);
    }

    private void TakeCandidates(LiveSearch search, int wanted)
    {
        int position = search.OrderPosition;
        int population = _setting.Orders.Roster.Count;
        while (search.Candidates.Count < wanted)
        {
            if (position == population)
            {
                search.OrderPosition = -1;
                return;
            }

            ReadOnlySpan<int> order = _setting.Orders.First(search.Index, position + 1);
            for (; position < order.Length && search.Candidates.Count < wanted; position++)
            {
                if (View.IsActive(order[position], search.Index, _options.InactivityThreshold, Self))
                {
                    search.Candidates.Add(order[position]);
                }
            }
        }

        search.OrderPosition = position;
    }

    private readonly List<(int Node, double Bandwidth, int Place)> _sorting = [];

    private void SortByBandwidth(List<int> candidates)
    {
        _sorting.Clear();
        for (int i = 0; i < candidates.Count; i++)
        {
            _sorting.Add((candidates[i], _setting.Bandwidths!(candidates[i]), i));
        }

        _sorting.Sort(ByBandwidth);
        for (int i = 0; i < candidates.Count; i++)
        {
            candidates[i] = _sorting[i].Node;
        }
    }

    private void Begin(LiveSearch search)
    {
        int first = Math.Min(search.Wanted, search.Candidates.Count);
        for (int i = 0; i < first; i++)
        {
            AskNext(search);
        }

        if (search.Open > 0)
        {
            SetSearchTimer(search);
        }

        Conclude(search);
    }

    private void AskNext(LiveSearch search)
    {
        if (search.Next == search.Candidates.Count && search.OrderPosition >= 0)
        {
            TakeCandidates(search, search.Next + Margin);
        }

        if (search.Next == search.Candidates.Count)
        {
            return;
        }

        int peer = search.Candidates[search.Next++];
        if (peer == Self)
        {
            search.Answered.Add(Self);
            return;
        }

        search.Pings.Add(
            new()
            {
                Peer = peer,
                Identifier = _pingCount,
                At = _now,
                IsOpen = true,
            }
        );
        search.Open++;
        Send(peer, new(PlexusMessageKind.Ping, RoundEstimate, NextAnnouncement - 1, _pingCount++));
    }

    private void SetSearchTimer(LiveSearch search)
    {
        VirtualTime due = VirtualTime.MaxValue;
        foreach (ref LiveSearch.Asked ping in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(search.Pings))
        {
            if (ping.IsOpen)
            {
                due = VirtualTime.Min(due, ping.At + (ping.IsRepeated ? _setting.PingTimeout : _setting.FirstWait));
            }
        }

        search.Due = due;
        SetTimer(new(PlexusTimerKind.Search, search.Id), due - _now);
    }

    private void SearchDue(int id)
    {
        LiveSearch? search = _searches.Find(s => s.Id == id);
        if (search is null || search.IsDone)
        {
            return;
        }

        int asked = search.Pings.Count;
        for (int i = 0; i < asked; i++)
        {
            ref LiveSearch.Asked ping = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(search.Pings)[i];
            if (!ping.IsOpen)
            {
                continue;
            }

            if (_now >= ping.At + _setting.PingTimeout)
            {
                ping.IsOpen = false;
                search.Open--;
                AskNext(search); // may move the list: the reference is not used after it
            }
            else if (!ping.IsRepeated && _now >= ping.At + _setting.FirstWait)
            {
                ping.IsRepeated = true;
                Send(ping.Peer, new(PlexusMessageKind.Ping, RoundEstimate, NextAnnouncement - 1, ping.Identifier));
            }
        }

        if (search.Open > 0)
        {
            SetSearchTimer(search);
        }

        Conclude(search);
    }

    private void Answered(int peer, int identifier)
    {
        foreach (LiveSearch search in _searches)
        {
            foreach (ref LiveSearch.Asked ping in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(search.Pings))
            {
                if (ping.Identifier == identifier && ping.Peer == peer && ping.IsOpen)
                {
                    ping.IsOpen = false;
                    search.Open--;
                    search.Answered.Add(peer);
                    Conclude(search);
                    return;
                }
            }
        }
    }

    private void Conclude(LiveSearch search)
    {
        if (search.IsDone || (search.Answered.Count < search.Wanted && search.Open > 0))
        {
            return;
        }

        search.IsDone = true;
        _searches.Remove(search);
        if (!search.ForProbe)
        {
            _out.Add(new(PlexusOutputKind.SampleFound, Message: new(default, search.Index), Since: search.Since, Nodes: search.Answered));
        }

        Found(search);
        _idle.Push(search);
    }

    private void Found(LiveSearch search)
    {
        if (search.ForProbe)
        {
            ProbeEnded(search);
        }
        else if (search.ForAggregator)
        {
            AggregatorsFound(search);
        }
        else
        {
            ParticipantsFound(search);
        }
    }
}
