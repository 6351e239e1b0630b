using System.Diagnostics.CodeAnalysis;

namespace ResearchKit.Agents;

/// <summary>A dictionary that knows which entry was used least recently. Not for several threads.</summary>
internal sealed class RecentlyUsed<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    internal int Count => _entries.Count;

    internal IEnumerable<TValue> Values => _order.Select(e => e.Value);

    internal bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            value = default;
            return false;
        }
        if (node != _order.Last)
        {
            _order.Remove(node);
            _order.AddLast(node);
        }
        value = node.Value.Value;
        return true;
    }

    internal void Set(TKey key, TValue value)
    {
        if (_entries.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            node.Value = (key, value);
            if (node != _order.Last)
            {
                _order.Remove(node);
                _order.AddLast(node);
            }
            return;
        }
        _entries[key] = _order.AddLast((key, value));
    }

    internal bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.Remove(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            value = default;
            return false;
        }
        _order.Remove(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>The least recently used entry that satisfies a condition, looked for among so many.</summary>
    internal bool TryOldest(Func<TValue, bool> which, int among, [MaybeNullWhen(false)] out TKey key)
    {
        foreach ((TKey k, TValue v) in _order)
        {
            if (which(v))
            {
                key = k;
                return true;
            }
            if (--among == 0)
            {
                break;
            }
        }
        key = default;
        return false;
    }
}
