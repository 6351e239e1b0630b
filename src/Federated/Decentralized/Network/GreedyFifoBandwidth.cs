namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Greedy sharing, as in the published simulator: a transfer gets all that is free on the tighter side and never loses it; others wait. A push of one model to many receivers so becomes
/// a sequence, which for equal sizes is the quickest in the mean.
/// </summary>
public sealed class GreedyFifoBandwidth : BandwidthModel
{
    /// <summary>What sums of rates leave over by rounding is no bandwidth.</summary>
    private const double Rounding = 1e-9;

    private readonly bool _deliverFirst;
    private readonly List<int> _snapshot = [];

    /// <summary>Greedy sharing of these limits.</summary>
    /// <param name="setting">Limits and clock.</param>
    /// <param name="ended">Is told of each transfer that ends.</param>
    public GreedyFifoBandwidth(BandwidthSetting setting, Action<EndedTransfer> ended)
        : base(setting, ended) => _deliverFirst = setting.DeliverFirst;

    private protected override void Add(int flow)
    {
        PortOf(Flows[flow].From).OutWaiting.Add(flow);
        ScheduleWaiting(Flows[flow].From);
    }

    private protected override void Finish(int flow)
    {
        (int from, int to) = (Flows[flow].From, Flows[flow].To);
        Detach(flow);
        if (_deliverFirst)
        {
            End(flow, isWhole: true);
            OfferIncoming(to);
            ScheduleWaiting(from);
        }
        else
        {
            OfferIncoming(to);
            ScheduleWaiting(from);
            End(flow, isWhole: true);
        }
    }

    private protected override void Freed(IReadOnlyList<Flow> dropped)
    {
        foreach (Flow flow in dropped)
        {
            if (flow.IsRunning)
            {
                OfferIncoming(flow.To);
                ScheduleWaiting(flow.From);
            }
        }
    }

    private void ScheduleWaiting(int node)
    {
        Port port = PortOf(node);
        if (port.OutWaiting.Count == 0)
        {
            return;
        }

        double left = FreeOut(node);
        for (int i = 0; i < port.OutWaiting.Count && left > 0; )
        {
            int flow = port.OutWaiting[i];
            int to = Flows[flow].To;
            double given = Math.Min(left, FreeIn(to));
            if (given > Rounding * Math.Min(Outgoing(node), Incoming(to)))
            {
                port.OutWaiting.RemoveAt(i);
                PortOf(to).InWaiting.Remove(flow);
                Run(flow, given);
                left = FreeOut(node);
                continue;
            }

            List<int> waiting = PortOf(to).InWaiting;
            if (!waiting.Contains(flow))
            {
                waiting.Add(flow);
            }

            i++;
        }
    }

    private void OfferIncoming(int node)
    {
        Port port = PortOf(node);
        if (port.InRunning.Count + port.InWaiting.Count == 0)
        {
            return;
        }

        _snapshot.Clear();
        _snapshot.AddRange(port.InRunning);
        _snapshot.AddRange(port.InWaiting);
        foreach (int flow in _snapshot)
        {
            double room = FreeIn(node);
            if (room <= 0)
            {
                return;
            }

            int from = Flows[flow].From;
            double given = Math.Min(FreeOut(from), room);
            if (given <= Rounding * Math.Min(Outgoing(from), Incoming(node)))
            {
                continue;
            }

            if (Flows[flow].IsRunning)
            {
                ChangeRate(flow, Flows[flow].Rate + given);
            }
            else
            {
                PortOf(from).OutWaiting.Remove(flow);
                port.InWaiting.Remove(flow);
                Run(flow, given);
            }
        }
    }
}
