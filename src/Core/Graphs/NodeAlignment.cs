namespace ResearchKit.Graphs;

/// <summary>Which node of one graph is which of another, by external id (by number where a graph has no external ids).</summary>
public sealed class NodeAlignment
{
    private readonly Graph _first;
    private readonly Graph _second;
    private readonly int[] _secondOfFirst;

    private NodeAlignment(Graph first, Graph second, int[] secondOfFirst, int common)
    {
        _first = first;
        _second = second;
        _secondOfFirst = secondOfFirst;
        Common = common;
    }

    /// <summary>Matches the nodes of two graphs.</summary>
    /// <param name="first">The graph whose numbering is kept.</param>
    /// <param name="second">The other graph.</param>
    /// <returns>The alignment.</returns>
    public static NodeAlignment ById(Graph first, Graph second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var secondOfFirst = new int[first.NodeCount];
        int common = 0;
        for (int node = 0; node < secondOfFirst.Length; node++)
        {
            bool found = second.TryFind(first.IdOf(node), out secondOfFirst[node]);
            common += found ? 1 : 0;
        }

        return new NodeAlignment(first, second, secondOfFirst, common);
    }

    /// <summary>An alignment found in another way than by ids.</summary>
    /// <param name="first">The graph whose numbering is kept.</param>
    /// <param name="second">The other graph.</param>
    /// <param name="secondOfFirst">For each node of the first graph its node in the second, or -1; no node of the second twice.</param>
    /// <returns>The alignment.</returns>
    /// <exception cref="ArgumentException">The number of entries is not that of the nodes of the first graph, or an entry is out of range or repeated.</exception>
    public static NodeAlignment Of(Graph first, Graph second, ReadOnlySpan<int> secondOfFirst)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (secondOfFirst.Length != first.NodeCount)
            throw new ArgumentException($"{secondOfFirst.Length} entries were given for {first.NodeCount} nodes.", nameof(secondOfFirst));
        var taken = new bool[second.NodeCount];
        int common = 0;
        for (int node = 0; node < secondOfFirst.Length; node++)
        {
            int other = secondOfFirst[node];
            if (other == -1)
                continue;
            if ((uint)other >= (uint)taken.Length || taken[other])
                throw new ArgumentException($"Node {node} is aligned with {other}, which is out of range or taken.", nameof(secondOfFirst));
            taken[other] = true;
            common++;
        }

        return new NodeAlignment(first, second, secondOfFirst.ToArray(), common);
    }

    /// <summary>For each node of the first graph its node in the second, or -1.</summary>
    public ReadOnlySpan<int> SecondOfFirst => _secondOfFirst;

    /// <summary>Nodes in both graphs.</summary>
    public int Common { get; }

    /// <summary>Nodes only in the first graph.</summary>
    public int OnlyInFirst => _first.NodeCount - Common;

    /// <summary>Nodes only in the second graph.</summary>
    public int OnlyInSecond => _second.NodeCount - Common;

    /// <summary>
    /// The second graph in the numbering of the first: same number of nodes, the edges among common nodes, and the external ids of the first.
    /// Nodes only in the first graph are isolated; nodes only in the second are left out with their edges.
    /// </summary>
    /// <returns>A graph to compare with the first.</returns>
    public Graph SecondAsFirst()
    {
        var firstOfSecond = new int[_second.NodeCount];
        Array.Fill(firstOfSecond, -1);
        for (int node = 0; node < _secondOfFirst.Length; node++)
        {
            if (_secondOfFirst[node] >= 0)
                firstOfSecond[_secondOfFirst[node]] = node;
        }

        var kept = new List<ulong>(_second.EdgeCount);
        foreach ((int u, int v) in _second.Edges())
        {
            if (firstOfSecond[u] >= 0 && firstOfSecond[v] >= 0)
                kept.Add(Graph.Pack(firstOfSecond[u], firstOfSecond[v]));
        }

        return Graph.FromPacked(_first.NodeCount, [.. kept], _first.ExternalIds, out _, out _);
    }
}
