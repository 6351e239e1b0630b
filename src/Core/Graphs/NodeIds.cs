using System.Collections;
using System.Globalization;
using System.Text;

namespace ResearchKit.Graphs;

/// <summary>
/// The external ids of a graph's nodes, by node. Integers are kept as numbers (8 bytes a node), anything else as strings. Ids are distinct.
/// </summary>
public sealed class NodeIds : IReadOnlyList<string>
{
    private readonly long[]? _numbers;
    private readonly string[]? _texts;
    private readonly int[]? _ascending;

    private NodeIds(long[]? numbers, string[]? texts)
    {
        _numbers = numbers;
        _texts = texts;
        Count = numbers?.Length ?? texts!.Length;
        IsAscending = true;
        for (int i = 1; i < Count && IsAscending; i++)
            IsAscending = Compare(i - 1, i) < 0;
        if (IsAscending)
            return;

        _ascending = new int[Count];
        for (int i = 0; i < Count; i++)
            _ascending[i] = i;
        Array.Sort(_ascending, Compare);
        for (int i = 1; i < Count; i++)
        {
            if (Compare(_ascending[i - 1], _ascending[i]) == 0)
                throw new ArgumentException($"The id '{this[_ascending[i]]}' stands for two nodes; ids must be distinct.");
        }
    }

    /// <summary>Integer ids.</summary>
    /// <param name="ids">The id of each node.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="ArgumentException">An id occurs twice.</exception>
    public static NodeIds Of(ReadOnlySpan<long> ids) => new(ids.ToArray(), null);

    /// <summary>String ids. If all of them are integers in plain decimal form they are ordered as numbers.</summary>
    /// <param name="ids">The id of each node.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="ArgumentException">An id is empty or occurs twice.</exception>
    public static NodeIds Of(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        string[] texts = [.. ids];
        var numbers = new long[texts.Length];
        bool allNumbers = true;
        for (int i = 0; i < texts.Length; i++)
        {
            if (string.IsNullOrEmpty(texts[i]))
                throw new ArgumentException($"The id of node {i} is empty.", nameof(ids));
            allNumbers =
                allNumbers
                && long.TryParse(texts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i])
                && texts[i] == numbers[i].ToString(CultureInfo.InvariantCulture);
        }

        return allNumbers ? new NodeIds(numbers, null) : new NodeIds(null, texts);
    }

    internal static NodeIds OfTexts(string[] ids) => new(null, ids);

    internal static NodeIds OfNumbers(long[] ids) => new(ids, null);

    /// <summary>The number of ids.</summary>
    public int Count { get; }

    /// <summary>Whether the ids are integers, ordered as numbers; strings are ordered by their UTF-16 code units.</summary>
    public bool AreNumbers => _numbers is not null;

    /// <summary>Whether the ids ascend with the nodes, as after loading.</summary>
    public bool IsAscending { get; }

    /// <summary>The id of a node, as text.</summary>
    /// <param name="index">The node.</param>
    public string this[int index] => _texts is null ? _numbers![index].ToString(CultureInfo.InvariantCulture) : _texts[index];

    /// <summary>The node with an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="node">The node, if there is one.</param>
    /// <returns>Whether a node has the id.</returns>
    public bool TryFind(string id, out int node)
    {
        ArgumentNullException.ThrowIfNull(id);
        node = -1;
        if (_numbers is null)
            return TryFind(rank => string.CompareOrdinal(_texts![rank], id), out node);
        return long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && TryFind(number, out node);
    }

    /// <summary>The node with an integer id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="node">The node, if there is one.</param>
    /// <returns>Whether a node has the id; never, if the ids are strings.</returns>
    public bool TryFind(long id, out int node)
    {
        node = -1;
        return _numbers is { } numbers && TryFind(i => numbers[i].CompareTo(id), out node);
    }

    /// <summary>The place of each node in the ascending order of ids.</summary>
    internal int[] Ranks()
    {
        var ranks = new int[Count];
        for (int rank = 0; rank < Count; rank++)
            ranks[_ascending?[rank] ?? rank] = rank;
        return ranks;
    }

    /// <summary>Writes an id as UTF-8.</summary>
    internal int Format(int node, Span<byte> destination)
    {
        if (_texts is not null)
            return Encoding.UTF8.GetBytes(_texts[node], destination);
        _numbers![node].TryFormat(destination, out int written, default, CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>An upper bound of what <see cref="Format"/> writes.</summary>
    internal int MaxBytes(int node) => _texts is null ? 20 : Encoding.UTF8.GetMaxByteCount(_texts[node].Length);

    /// <summary>The ids of some nodes, in the order given.</summary>
    internal NodeIds Select(ReadOnlySpan<int> nodes)
    {
        if (_numbers is not null)
        {
            var numbers = new long[nodes.Length];
            for (int i = 0; i < nodes.Length; i++)
                numbers[i] = _numbers[nodes[i]];
            return OfNumbers(numbers);
        }

        var texts = new string[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
            texts[i] = _texts![nodes[i]];
        return OfTexts(texts);
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Compare(int a, int b) =>
        _numbers is { } numbers ? numbers[a].CompareTo(numbers[b]) : string.CompareOrdinal(_texts![a], _texts[b]);

    private bool TryFind(Func<int, int> compare, out int node)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            node = _ascending?[middle] ?? middle;
            int order = compare(node);
            if (order == 0)
                return true;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        node = -1;
        return false;
    }
}
