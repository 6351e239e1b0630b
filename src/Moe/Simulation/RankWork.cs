using ResearchKit.Simulation;

namespace ResearchKit.Moe;

/// <summary>One rank while it computes experts: a compute unit and an engine that loads weights, as events.</summary>
/// <param name="rank">The rank.</param>
/// <param name="events">The simulation's events.</param>
internal sealed class RankWork(int rank, EventQueue events)
{
    private const int ComputeDone = 0;
    private const int LoadDone = 1;

    private readonly List<(ExpertWork Work, VirtualTime Time)> _items = [];
    private readonly List<int> _fetches = []; // items to fetch, in order
    private bool _synchronous;
    private int _next; // the item that is computed, or waits
    private int _nextFetch;
    private int _loaded; // fetches done
    private int _place; // fetched items computed
    private bool _isWaiting;
    private VirtualTime _since;
    private VirtualTime _loadTime;
    private VirtualTime _engineFree;

    public int Rank => rank;

    public VirtualTime Finish { get; private set; }

    public VirtualTime Compute { get; private set; }

    public VirtualTime FetchWait { get; private set; }

    public long Loads { get; private set; }

    public bool HasFetches => _fetches.Count > 0;

    public void Clear(bool synchronous)
    {
        _items.Clear();
        _fetches.Clear();
        _synchronous = synchronous;
        (_next, _nextFetch, _loaded, _place, _isWaiting) = (0, 0, 0, 0, false);
        (Compute, FetchWait, Loads) = (VirtualTime.Zero, VirtualTime.Zero, 0);
    }

    public void Add(ExpertWork work, VirtualTime time)
    {
        if (work.IsFetched)
        {
            _fetches.Add(_items.Count);
        }

        _items.Add((work, time));
    }

    public void Begin(VirtualTime now, VirtualTime loadTime)
    {
        Finish = now;
        _loadTime = loadTime;
        if (_items.Count > 0)
        {
            if (_items[0].Work.IsFetched && !_synchronous)
            {
                // Without a resident expert nothing frees a slot: the first fetch is started by hand, or the old weights would be used.
                StartFetch(now);
            }

            Continue(now);
        }
    }

    public void Handle(SimulationEvent next)
    {
        if (next.Kind == LoadDone)
        {
            _loaded++;
            if (_isWaiting)
            {
                FetchWait += next.Time - _since;
                _isWaiting = false;
                Continue(next.Time);
            }

            return;
        }

        ExpertWork done = _items[_next].Work;
        _next++;
        _place += done.IsFetched ? 1 : 0;
        if (!_synchronous)
        {
            if (_nextFetch < _fetches.Count)
            {
                if (_items[_fetches[_nextFetch]].Work.Slot == done.Slot)
                {
                    StartFetch(next.Time);
                }
            }
            else if (done.IsFetched)
            {
                Restore(next.Time);
            }
        }

        if (_next < _items.Count)
        {
            Continue(next.Time);
        }
        else if (_synchronous && HasFetches)
        {
            // The owner of slot 0 comes back before the layer ends.
            Loads++;
            FetchWait += _loadTime;
            Finish = next.Time + _loadTime;
        }
        else
        {
            Finish = next.Time;
        }
    }

    private void Continue(VirtualTime now)
    {
        (ExpertWork work, VirtualTime time) = _items[_next];
        if (work.IsFetched)
        {
            if (_synchronous && _place == _nextFetch)
            {
                StartFetch(now);
            }

            if (_place >= _loaded)
            {
                (_isWaiting, _since) = (true, now);
                return;
            }
        }

        Compute += time;
        events.Schedule(now + time, ComputeDone, rank);
    }

    private void StartFetch(VirtualTime now)
    {
        _nextFetch++;
        Loads++;
        _engineFree = VirtualTime.Max(_engineFree, now) + _loadTime;
        events.Schedule(_engineFree, LoadDone, rank);
    }

    private void Restore(VirtualTime now)
    {
        Loads++;
        _engineFree = VirtualTime.Max(_engineFree, now) + _loadTime;
    }
}
