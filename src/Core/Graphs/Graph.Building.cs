namespace ResearchKit.Graphs;

public sealed partial class Graph
{
    private const ulong Reversed = 0x8000_0000;

    /// <summary>Builds a graph from pairs of nodes in any order and direction. Repeated pairs count once.</summary>
    /// <param name="nodeCount">The number of nodes, isolated ones included.</param>
    /// <param name="edges">Pairs of different nodes.</param>
    /// <param name="ids">One external id a node, or null.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of nodes is negative.</exception>
    /// <exception cref="ArgumentException">A pair names a node that is not there, or one node twice; or the number of ids is not that of nodes.</exception>
    public static Graph FromEdges(int nodeCount, ReadOnlySpan<(int U, int V)> edges, NodeIds? ids = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodeCount);
        if (ids is not null && ids.Count != nodeCount)
            throw new ArgumentException($"{ids.Count} ids were given for {nodeCount} nodes.", nameof(ids));
        var packed = new ulong[edges.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            (int u, int v) = edges[i];
            if ((uint)u >= (uint)nodeCount || (uint)v >= (uint)nodeCount)
                throw new ArgumentException($"Edge {i} is ({u}, {v}); the nodes are 0 to {nodeCount - 1}.", nameof(edges));
            if (u == v)
                throw new ArgumentException($"Edge {i} joins node {u} with itself; a simple graph has no self loops.", nameof(edges));
            packed[i] = Pack(u, v);
        }

        return FromPacked(nodeCount, packed, ids, out _, out _);
    }

    /// <summary>Two different nodes in one word: the smaller above, the larger below, and whether the larger came first in bit 31.</summary>
    internal static ulong Pack(int u, int v) => u < v ? (ulong)(uint)u << 32 | (uint)v : (ulong)(uint)v << 32 | (uint)u | Reversed;

    /// <summary>Builds a graph from packed pairs; the array is used up. Linear in pairs and nodes (two passes of counting sort).</summary>
    internal static Graph FromPacked(int nodeCount, ulong[] pairs, NodeIds? ids, out long duplicates, out long mergedDirections)
    {
        if (pairs.Length > Array.MaxLength / 2)
            throw new ArgumentException($"{pairs.Length} edges were given; a graph holds at most {Array.MaxLength / 2}.", nameof(pairs));
        var scratch = new ulong[pairs.Length];
        CountingSort(pairs, scratch, nodeCount, static pair => (int)(pair & ~Reversed & uint.MaxValue));
        CountingSort(scratch, pairs, nodeCount, static pair => (int)(pair >> 32));
        int unique = MergeRepeated(pairs, out duplicates, out mergedDirections);
        return FromSorted(nodeCount, pairs.AsSpan(0, unique), ids);
    }

    /// <summary>Builds a graph from pairs u &lt; v, ascending, each once: smaller neighbours first, then larger, so every row ascends.</summary>
    private static Graph FromSorted(int nodeCount, ReadOnlySpan<ulong> edges, NodeIds? ids)
    {
        var offsets = new int[nodeCount + 1];
        foreach (ulong edge in edges)
        {
            offsets[(int)(edge >> 32) + 1]++;
            offsets[(int)(uint)edge + 1]++;
        }

        for (int node = 0; node < nodeCount; node++)
            offsets[node + 1] += offsets[node];
        var neighbours = new int[edges.Length * 2];
        int[] next = offsets[..nodeCount];
        foreach (ulong edge in edges)
            neighbours[next[(int)(uint)edge]++] = (int)(edge >> 32);
        foreach (ulong edge in edges)
            neighbours[next[(int)(edge >> 32)]++] = (int)(uint)edge;
        return new Graph(offsets, neighbours, ids);
    }

    private static void CountingSort(ulong[] source, ulong[] target, int keys, Func<ulong, int> key)
    {
        var next = new int[keys + 1];
        foreach (ulong pair in source)
            next[key(pair) + 1]++;
        for (int i = 0; i < keys; i++)
            next[i + 1] += next[i];
        foreach (ulong pair in source)
            target[next[key(pair)]++] = pair;
    }

    private static int MergeRepeated(ulong[] sorted, out long duplicates, out long mergedDirections)
    {
        duplicates = 0;
        mergedDirections = 0;
        int unique = 0;
        int start = 0;
        while (start < sorted.Length)
        {
            ulong edge = sorted[start] & ~Reversed;
            bool forward = false;
            bool backward = false;
            int end = start;
            for (; end < sorted.Length && (sorted[end] & ~Reversed) == edge; end++)
            {
                bool reversed = (sorted[end] & Reversed) != 0;
                forward |= !reversed;
                backward |= reversed;
            }

            int directions = (forward ? 1 : 0) + (backward ? 1 : 0);
            duplicates += end - start - directions;
            mergedDirections += directions - 1;
            sorted[unique++] = edge;
            start = end;
        }

        return unique;
    }

    internal int NeighbourAt(int index) => _neighbours[index];
}
