namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Max-min fair sharing by progressive filling: all flows grow alike until a side is full; those on it keep their share, the others grow on. Redone at every arrival and departure, for the flows
/// that are connected to the change by common nodes.
/// </summary>
public sealed class MaxMinFairBandwidth : BandwidthModel
{
    private readonly HashSet<int> _component = [];
    private readonly Queue<int> _nodes = new();
    private readonly HashSet<int> _seen = [];
    private readonly Dictionary<(int Node, bool Out), (double Left, int Flows)> _sides = [];
    private readonly Dictionary<int, double> _rates = [];

    /// <summary>Fair sharing of these limits.</summary>
    /// <param name="setting">Limits and clock.</param>
    /// <param name="ended">Is told of each transfer that ends.</param>
    public MaxMinFairBandwidth(BandwidthSetting setting, Action<EndedTransfer> ended)
        : base(setting, ended) { }

    private protected override void Add(int flow)
    {
        // It runs at once; the rate follows from the sharing below, and this one only says that it takes part.
        Run(flow, Math.Min(Outgoing(Flows[flow].From), Incoming(Flows[flow].To)));
        Share([Flows[flow].From, Flows[flow].To]);
    }

    private protected override void Finish(int flow)
    {
        (int from, int to) = (Flows[flow].From, Flows[flow].To);
        Detach(flow);
        Share([from, to]);
        End(flow, isWhole: true);
    }

    private protected override void Freed(IReadOnlyList<Flow> dropped) => Share([.. dropped.SelectMany(f => new[] { f.From, f.To })]);

    private void Share(IReadOnlyList<int> changed)
    {
        Collect(changed);
        _sides.Clear();
        _rates.Clear();
        foreach (int flow in _component)
        {
            Enter((Flows[flow].From, true), Outgoing(Flows[flow].From));
            Enter((Flows[flow].To, false), Incoming(Flows[flow].To));
        }

        List<int> open = [.. _component.Order()];
        while (open.Count > 0)
        {
            ((int Node, bool Out) tightest, double share) = Tightest();
            for (int i = open.Count - 1; i >= 0; i--)
            {
                int flow = open[i];
                if (tightest.Node == (tightest.Out ? Flows[flow].From : Flows[flow].To))
                {
                    _rates[flow] = share;
                    Take((Flows[flow].From, true), share);
                    Take((Flows[flow].To, false), share);
                    open.RemoveAt(i);
                }
            }
        }

        foreach ((int flow, double rate) in _rates.OrderBy(r => r.Key))
        {
            if (rate != Flows[flow].Rate)
            {
                ChangeRate(flow, rate);
            }
        }
    }

    private ((int Node, bool Out) Side, double Share) Tightest()
    {
        ((int Node, bool Out) Side, double Share) best = (default, double.PositiveInfinity);
        foreach (((int Node, bool Out) side, (double left, int flows)) in _sides)
        {
            double share = left / flows;
            if (flows > 0 && (share < best.Share || (share == best.Share && side.CompareTo(best.Side) < 0)))
            {
                best = (side, share);
            }
        }

        return best;
    }

    private void Enter((int Node, bool Out) side, double limit)
    {
        (double Left, int Flows) now = _sides.GetValueOrDefault(side, (limit, 0));
        _sides[side] = (now.Left, now.Flows + 1);
    }

    private void Take((int Node, bool Out) side, double share)
    {
        (double left, int flows) = _sides[side];
        // Rounding may leave a hair below zero; a share is never nothing.
        _sides[side] = (Math.Max(left - share, share * 1e-12), flows - 1);
    }

    private void Collect(IReadOnlyList<int> changed)
    {
        _component.Clear();
        _seen.Clear();
        foreach (int node in changed)
        {
            Visit(node);
        }

        while (_nodes.TryDequeue(out int node))
        {
            foreach (int flow in PortOf(node).OutRunning)
            {
                _component.Add(flow);
                Visit(Flows[flow].To);
            }

            foreach (int flow in PortOf(node).InRunning)
            {
                _component.Add(flow);
                Visit(Flows[flow].From);
            }
        }
    }

    private void Visit(int node)
    {
        if (_seen.Add(node))
        {
            _nodes.Enqueue(node);
        }
    }
}
