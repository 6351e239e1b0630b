namespace ResearchKit.Federated.Decentralized;

/// <summary>Values addressed by number, whose places are used again: what the payloads of events point to.</summary>
internal sealed class Slab<T>
{
    private T[] _values = new T[64];
    private int[] _free = new int[64];
    private int _freeCount;
    private int _used;

    internal ref T this[int place] => ref _values[place];

    /// <summary>All places used so far; those given back hold the default value.</summary>
    internal ReadOnlySpan<T> All => _values.AsSpan(0, _used);

    internal int Add(in T value)
    {
        int place;
        if (_freeCount > 0)
        {
            place = _free[--_freeCount];
        }
        else
        {
            place = _used++;
            if (place == _values.Length)
            {
                Array.Resize(ref _values, 2 * place);
            }
        }

        _values[place] = value;
        return place;
    }

    internal T Take(int place)
    {
        T value = _values[place];
        _values[place] = default!;
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, 2 * _freeCount);
        }

        _free[_freeCount++] = place;
        return value;
    }
}
