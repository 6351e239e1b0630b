using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Transfers between nodes whose incoming and outgoing bandwidths are limited, in virtual time. What is shared how is the subclass's; progress, completion and failure are here.
/// </summary>
public abstract class BandwidthModel
{
    private protected struct Flow
    {
        public int Tag;
        public int From;
        public int To;
        public long Bytes;
        public double Rate;
        public double Transferred;
        public VirtualTime Requested;
        public VirtualTime Started;
        public VirtualTime Updated;
        public EventTimer Completion;
        public int Reallocations;
        public bool IsRunning;
        public int Free; // next free slot plus 1, when unused
    }

    /// <summary>A node's end of its transfers, in the order in which they came.</summary>
    private protected sealed class Port
    {
        public List<int> OutWaiting { get; } = [];
        public List<int> InWaiting { get; } = [];
        public List<int> OutRunning { get; } = [];
        public List<int> InRunning { get; } = [];
        public VirtualTime BusySince { get; set; }
        public VirtualTime Busy { get; set; }
    }

    private readonly EventQueue _events;
    private readonly int _kind;
    private readonly bool _wholeBytes;
    private readonly bool _publishedKills;
    private readonly double[] _outgoing;
    private readonly double[] _incoming;
    private readonly Port?[] _ports;
    private int _free;
    private int _used;

    private protected BandwidthModel(BandwidthSetting setting, Action<EndedTransfer> ended)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(ended);
        Check(setting.Outgoing);
        Check(setting.Incoming);
        (_events, _kind, _outgoing, _incoming) = (setting.Events, setting.EventKind, [.. setting.Outgoing], [.. setting.Incoming]);
        (_wholeBytes, _publishedKills, Ended) = (setting.WholeBytes, setting.PublishedKills, ended);
        _ports = new Port?[_outgoing.Length];
    }

    /// <summary>How many transfers are waiting or running.</summary>
    public int Count { get; private set; }

    private protected Flow[] Flows { get; private set; } = new Flow[64];

    private protected Action<EndedTransfer> Ended { get; }

    private protected VirtualTime Now => _events.Now;

    /// <summary>A model of a way of sharing.</summary>
    /// <param name="sharing">The way.</param>
    /// <param name="setting">Limits and clock.</param>
    /// <param name="ended">Is told of each transfer that ends.</param>
    public static BandwidthModel Of(BandwidthSharing sharing, BandwidthSetting setting, Action<EndedTransfer> ended) =>
        sharing switch
        {
            BandwidthSharing.GreedyFifo => new GreedyFifoBandwidth(setting, ended),
            BandwidthSharing.MaxMinFair => new MaxMinFairBandwidth(setting, ended),
            _ => throw new ArgumentOutOfRangeException(nameof(sharing), sharing, "Allowed are GreedyFifo and MaxMinFair."),
        };

    /// <summary>Asks for a transfer.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver, another node.</param>
    /// <param name="bytes">The size, at least 1.</param>
    /// <param name="tag">Comes back when it has ended.</param>
    /// <exception cref="ArgumentOutOfRangeException">A node does not exist, or there is nothing to carry.</exception>
    /// <exception cref="ArgumentException">Sender and receiver are the same.</exception>
    public void Start(int from, int to, long bytes, int tag)
    {
        Require(from, nameof(from));
        Require(to, nameof(to));
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (from == to)
        {
            throw new ArgumentException($"Node {from} sends to itself: that is no transfer.", nameof(to));
        }

        int flow = Take();
        Flows[flow] = new()
        {
            Tag = tag,
            From = from,
            To = to,
            Bytes = bytes,
            Requested = Now,
        };
        Count++;
        Add(flow);
    }

    /// <summary>Handles the completion event of a transfer.</summary>
    /// <param name="flow">The event's payload.</param>
    public void Complete(int flow)
    {
        Account(flow);
        Finish(flow);
    }

    /// <summary>Fails all transfers of a node, in and out, running and waiting; what they held is offered to others.</summary>
    /// <param name="node">The node.</param>
    public void Kill(int node)
    {
        Require(node, nameof(node));
        if (_ports[node] is { } port)
        {
            if (_publishedKills)
            {
                port.BusySince = Now;
            }

            Kill([
                .. port.OutRunning,
                .. port.InRunning,
                .. port.OutWaiting,
                .. _publishedKills ? [.. port.InWaiting] : AllWaitingFor(node),
            ]);
        }
    }

    /// <summary>Fails all transfers.</summary>
    public void KillAll()
    {
        List<int> all = [];
        foreach (Port? port in _ports)
        {
            if (port is not null)
            {
                all.AddRange(port.OutRunning);
                all.AddRange(port.OutWaiting);
            }
        }

        foreach (int flow in all)
        {
            Drop(flow);
        }

        foreach (int flow in all)
        {
            End(flow, isWhole: false);
        }
    }

    /// <summary>The tags of the transfers to a node, running and waiting.</summary>
    public IReadOnlyList<int> TagsTo(int node)
    {
        Require(node, nameof(node));
        return _ports[node] is { } port ? [.. port.InRunning.Concat(AllWaitingFor(node)).Select(flow => Flows[flow].Tag)] : [];
    }

    internal IEnumerable<int> TagsFrom(int node) =>
        _ports[node] is { } port ? port.OutRunning.Concat(port.OutWaiting).Select(flow => Flows[flow].Tag) : [];

    /// <summary>For how long a node has had at least one transfer running.</summary>
    public VirtualTime BusyTime(int node)
    {
        Require(node, nameof(node));
        return _ports[node] is not { } port ? default
            : port.OutRunning.Count + port.InRunning.Count > 0 ? port.Busy + (Now - port.BusySince)
            : port.Busy;
    }

    /// <summary>The bytes of running transfers so far: what ended ones do not show.</summary>
    public IEnumerable<(int From, int To, double Transferred, double SinceS)> Underway()
    {
        foreach (Port? port in _ports)
        {
            foreach (int flow in port?.OutRunning ?? [])
            {
                yield return (Flows[flow].From, Flows[flow].To, Flows[flow].Transferred + Progress(flow), Flows[flow].Started.Seconds);
            }
        }
    }

    private protected abstract void Add(int flow);

    private protected abstract void Finish(int flow);

    private protected abstract void Freed(IReadOnlyList<Flow> dropped);

    private protected Port PortOf(int node) => _ports[node] ??= new Port();

    private protected double FreeOut(int node)
    {
        double used = 0;
        foreach (int flow in PortOf(node).OutRunning)
        {
            used += Flows[flow].Rate;
        }

        return _outgoing[node] - used;
    }

    private protected double FreeIn(int node)
    {
        double used = 0;
        foreach (int flow in PortOf(node).InRunning)
        {
            used += Flows[flow].Rate;
        }

        return _incoming[node] - used;
    }

    private protected double Outgoing(int node) => _outgoing[node];

    private protected double Incoming(int node) => _incoming[node];

    private protected void Run(int flow, double rate)
    {
        ref Flow f = ref Flows[flow];
        (f.Rate, f.Started, f.Updated, f.IsRunning) = (rate, Now, Now, true);
        Occupy(PortOf(f.From)).OutRunning.Add(flow);
        Occupy(PortOf(f.To)).InRunning.Add(flow);
        Schedule(flow);
    }

    private protected void ChangeRate(int flow, double rate)
    {
        Account(flow);
        ref Flow f = ref Flows[flow];
        f.Rate = rate;
        f.Reallocations++;
        _events.Cancel(f.Completion);
        Schedule(flow);
    }

    private protected void Detach(int flow)
    {
        ref Flow f = ref Flows[flow];
        Port from = PortOf(f.From);
        Port to = PortOf(f.To);
        if (f.IsRunning)
        {
            from.OutRunning.Remove(flow);
            to.InRunning.Remove(flow);
            Release(from);
            Release(to);
        }
        else
        {
            from.OutWaiting.Remove(flow);
            to.InWaiting.Remove(flow);
        }
    }

    private protected void End(int flow, bool isWhole)
    {
        Flow f = Flows[flow];
        Flows[flow] = default;
        Flows[flow].Free = _free;
        _free = flow + 1;
        Count--;
        Ended(
            new(
                f.Tag,
                f.From,
                f.To,
                f.Bytes,
                isWhole && !_wholeBytes ? f.Bytes : Math.Min(f.Transferred, f.Bytes),
                f.Requested,
                f.IsRunning ? f.Started : null,
                Now,
                f.Reallocations,
                isWhole
            )
        );
    }

    private void Kill(List<int> flows)
    {
        List<Flow> dropped = [];
        foreach (int flow in flows)
        {
            Drop(flow);
            dropped.Add(Flows[flow]);
        }

        Freed(dropped);
        foreach (int flow in flows)
        {
            End(flow, isWhole: false);
        }
    }

    private void Drop(int flow)
    {
        if (Flows[flow].IsRunning)
        {
            Account(flow);
            _events.Cancel(Flows[flow].Completion);
        }

        Detach(flow);
    }

    private List<int> AllWaitingFor(int node)
    {
        // A request that was never looked at is in the sender's list only.
        List<int> waiting = [];
        if (Count > 0)
        {
            foreach (Port? port in _ports)
            {
                foreach (int flow in port?.OutWaiting ?? [])
                {
                    if (Flows[flow].To == node)
                    {
                        waiting.Add(flow);
                    }
                }
            }
        }

        return waiting;
    }

    private void Account(int flow)
    {
        Flows[flow].Transferred += Progress(flow);
        Flows[flow].Updated = Now;
    }

    private double Progress(int flow)
    {
        double carried = (Now - Flows[flow].Updated).Seconds * Flows[flow].Rate;
        return _wholeBytes ? Math.Truncate(carried) : carried;
    }

    private void Schedule(int flow)
    {
        ref Flow f = ref Flows[flow];
        VirtualTime left = _events.Granularity.FromSeconds(Math.Max(0, f.Bytes - f.Transferred) / f.Rate);
        f.Completion = _events.ScheduleTimer(Now + left, _kind, f.From, flow);
    }

    private Port Occupy(Port port)
    {
        if (port.OutRunning.Count + port.InRunning.Count == 0)
        {
            port.BusySince = Now;
        }

        return port;
    }

    private void Release(Port port)
    {
        if (port.OutRunning.Count + port.InRunning.Count == 0)
        {
            port.Busy += Now - port.BusySince;
        }
    }

    private int Take()
    {
        if (_free > 0)
        {
            int flow = _free - 1;
            _free = Flows[flow].Free;
            return flow;
        }

        if (_used == Flows.Length)
        {
            Flow[] more = new Flow[2 * _used];
            Flows.CopyTo(more, 0);
            Flows = more;
        }

        return _used++;
    }

    private void Require(int node, string name)
    {
        if ((uint)node >= (uint)_ports.Length)
        {
            throw new ArgumentOutOfRangeException(name, node, $"Nodes are 0 to {_ports.Length - 1}.");
        }
    }

    private static void Check(IReadOnlyList<double> limits)
    {
        for (int i = 0; i < limits.Count; i++)
        {
            if (!(limits[i] > 0 && double.IsFinite(limits[i])))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(limits),
                    limits[i],
                    $"The bandwidth of node {i} must be above 0 bytes/s and finite: a transfer would never end."
                );
            }
        }
    }
}
