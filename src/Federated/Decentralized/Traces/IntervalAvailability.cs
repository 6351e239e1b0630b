using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Presence by intervals, which may repeat: what traces and generators give.</summary>
public sealed class IntervalAvailability : IAvailability
{
    private readonly PresenceChange[][] _changes;
    private readonly bool[] _atStart;
    private readonly long _period;

    /// <summary>Presence from each node's changes.</summary>
    /// <param name="atStart">Whether each node is there at the start.</param>
    /// <param name="changes">The changes of each node, ascending in time, each at or after 0 and, if there is a period, before its end.</param>
    /// <param name="period">After how long everything repeats; null: never.</param>
    /// <exception cref="ArgumentException">Numbers of nodes differ, or changes are not in order.</exception>
    public IntervalAvailability(
        IReadOnlyList<bool> atStart,
        IReadOnlyList<IReadOnlyList<PresenceChange>> changes,
        VirtualTime? period = null
    )
    {
        ArgumentNullException.ThrowIfNull(atStart);
        ArgumentNullException.ThrowIfNull(changes);
        if (atStart.Count != changes.Count)
        {
            throw new ArgumentException($"{atStart.Count} nodes have a start and {changes.Count} have changes.", nameof(changes));
        }

        _atStart = [.. atStart];
        _changes = [.. changes.Select(own => own.ToArray())];
        _period = period?.Nanoseconds ?? 0;
        foreach ((int node, PresenceChange[] own) in _changes.Index())
        {
            for (int i = 0; i < own.Length; i++)
            {
                bool isInOrder = i == 0 ? own[i].At >= VirtualTime.Zero : own[i].At > own[i - 1].At;
                if (!isInOrder || (_period > 0 && own[i].At.Nanoseconds >= _period))
                {
                    throw new ArgumentException(
                        $"Change {i} of node {node} is at {own[i].At}: changes ascend from 0{(_period > 0 ? $", and end before {period}" : "")}.",
                        nameof(changes)
                    );
                }
            }
        }
    }

    /// <summary>For how many nodes there is a trace; node i has the trace i modulo this number.</summary>
    public int Count => _changes.Length;

    /// <summary>Presence from intervals of being there, in seconds, without repetition.</summary>
    public static IntervalAvailability OfIntervals(IReadOnlyList<IReadOnlyList<(double FromS, double ToS)>> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        bool[] atStart = [.. intervals.Select(own => own.Count > 0 && own[0].FromS <= 0)];
        PresenceChange[][] changes =
        [
            .. intervals.Select(own =>
                own.SelectMany(i =>
                        new[] { new PresenceChange(VirtualTime.FromSeconds(i.FromS), true), new(VirtualTime.FromSeconds(i.ToS), false) }
                    )
                    .Where(c => c.At > VirtualTime.Zero)
                    .ToArray()
            ),
        ];
        return new(atStart, changes);
    }

    /// <inheritdoc/>
    public bool IsOnlineAtStart(int node) => _atStart[node % _atStart.Length];

    /// <inheritdoc/>
    public PresenceChange? Next(int node, VirtualTime after)
    {
        PresenceChange[] own = _changes[node % _changes.Length];
        if (own.Length == 0)
        {
            return null;
        }

        long turn = _period > 0 && after.Nanoseconds >= 0 ? after.Nanoseconds / _period : 0;
        long within = after.Nanoseconds - (turn * _period);
        int next = FirstAfter(own, within);
        if (next < own.Length)
        {
            return own[next] with { At = new(own[next].At.Nanoseconds + (turn * _period)) };
        }

        return _period == 0 ? null : own[0] with { At = new(own[0].At.Nanoseconds + ((turn + 1) * _period)) };
    }

    private static int FirstAfter(PresenceChange[] changes, long time)
    {
        (int low, int high) = (0, changes.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = changes[middle].At.Nanoseconds > time ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
