namespace ResearchKit.Graphs;

/// <summary>
/// A simple undirected graph on the nodes 0..N-1, immutable, in compressed sparse rows: every node's neighbours stand in ascending order in one array.
/// It takes 8 bytes an edge and 4 bytes a node, plus the external ids if there are any.
/// </summary>
public sealed partial class Graph
{
    private readonly int[] _offsets;
    private readonly int[] _neighbours;
    private int _maxDegree = -1;

    private Graph(int[] offsets, int[] neighbours, NodeIds? ids)
    {
        _offsets = offsets;
        _neighbours = neighbours;
        ExternalIds = ids;
    }

    /// <summary>The number of nodes, isolated ones included.</summary>
    public int NodeCount => _offsets.Length - 1;

    /// <summary>The number of edges, each counted once.</summary>
    public int EdgeCount => _neighbours.Length / 2;

    /// <summary>The number of pairs of nodes, N(N-1)/2.</summary>
    public long PairCount => (long)NodeCount * (NodeCount - 1) / 2;

    /// <summary>The ids of the nodes in the data they come from; null if the nodes have none.</summary>
    public NodeIds? ExternalIds { get; }

    /// <summary>The largest degree; 0 if there are no edges.</summary>
    public int MaxDegree
    {
        get
        {
            if (_maxDegree < 0)
            {
                int largest = 0;
                for (int node = 0; node < NodeCount; node++)
                    largest = Math.Max(largest, _offsets[node + 1] - _offsets[node]);
                _maxDegree = largest;
            }

            return _maxDegree;
        }
    }

    /// <summary>The neighbours of a node, ascending.</summary>
    /// <param name="node">The node.</param>
    /// <returns>A view into the graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ReadOnlySpan<int> Neighbours(int node)
    {
        CheckNode(node, nameof(node));
        return _neighbours.AsSpan(_offsets[node].._offsets[node + 1]);
    }

    /// <summary>The number of neighbours of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The degree.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public int Degree(int node)
    {
        CheckNode(node, nameof(node));
        return _offsets[node + 1] - _offsets[node];
    }

    /// <summary>The degree of every node, by node.</summary>
    /// <returns>A new array.</returns>
    public int[] Degrees()
    {
        var degrees = new int[NodeCount];
        for (int node = 0; node < degrees.Length; node++)
            degrees[node] = _offsets[node + 1] - _offsets[node];
        return degrees;
    }

    /// <summary>The degree sequence: all degrees, largest first.</summary>
    /// <returns>A new array.</returns>
    public int[] DegreeSequence()
    {
        int[] degrees = Degrees();
        Array.Sort(degrees);
        Array.Reverse(degrees);
        return degrees;
    }

    /// <summary>Whether two nodes are joined by an edge; false for a node and itself. A binary search in the shorter row.</summary>
    /// <param name="u">A node.</param>
    /// <param name="v">The other node.</param>
    /// <returns>Whether the edge is there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public bool HasEdge(int u, int v)
    {
        CheckNode(u, nameof(u));
        CheckNode(v, nameof(v));
        int degreeU = _offsets[u + 1] - _offsets[u];
        int degreeV = _offsets[v + 1] - _offsets[v];
        return degreeU <= degreeV
            ? _neighbours.AsSpan(_offsets[u], degreeU).BinarySearch(v) >= 0
            : _neighbours.AsSpan(_offsets[v], degreeV).BinarySearch(u) >= 0;
    }

    /// <summary>All edges once, u &lt; v, ascending by u, then v. A <c>foreach</c> over them allocates nothing.</summary>
    /// <returns>A view of the graph.</returns>
    public EdgeCollection Edges() => new(this);

    /// <summary>Writes all edges once, u &lt; v, ascending by u, then v.</summary>
    /// <param name="destination">Takes <see cref="EdgeCount"/> edges.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyEdges(Span<(int U, int V)> destination)
    {
        if (destination.Length < EdgeCount)
            throw new ArgumentException(
                $"The destination takes {destination.Length} edges; the graph has {EdgeCount}.",
                nameof(destination)
            );
        int next = 0;
        foreach ((int U, int V) edge in Edges())
            destination[next++] = edge;
    }

    /// <summary>The external id of a node, or its number if the graph has no external ids.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The id as text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public string IdOf(int node)
    {
        CheckNode(node, nameof(node));
        return ExternalIds is { } ids ? ids[node] : node.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The node with an external id (its number, if the graph has no external ids).</summary>
    /// <param name="id">The id as text.</param>
    /// <param name="node">The node, or -1.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(string id, out int node)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (ExternalIds is { } ids)
            return ids.TryFind(id, out node);
        bool found =
            int.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out node)
            && node < NodeCount;
        node = found ? node : -1;
        return found;
    }

    /// <summary>The same graph with other external ids, or with none.</summary>
    /// <param name="ids">One id a node, or null.</param>
    /// <returns>A graph that shares the edges.</returns>
    /// <exception cref="ArgumentException">The number of ids is not the number of nodes.</exception>
    public Graph WithIds(NodeIds? ids)
    {
        if (ids is not null && ids.Count != NodeCount)
            throw new ArgumentException($"{ids.Count} ids were given for {NodeCount} nodes.", nameof(ids));
        return new Graph(_offsets, _neighbours, ids);
    }

    /// <summary>Whether two graphs have the same nodes and edges; external ids are not compared.</summary>
    /// <param name="other">The other graph.</param>
    /// <returns>Whether they are equal.</returns>
    public bool HasSameEdges(Graph other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _offsets.AsSpan().SequenceEqual(other._offsets) && _neighbours.AsSpan().SequenceEqual(other._neighbours);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Graph with {NodeCount} nodes and {EdgeCount} edges";

    /// <summary>The place in a node's row of its first neighbour that is larger than it. A node is no neighbour of itself, so the search never hits.</summary>
    internal int FirstLargerNeighbour(int node) => ~_neighbours.AsSpan(_offsets[node].._offsets[node + 1]).BinarySearch(node);

    internal ReadOnlySpan<int> Offsets => _offsets;

    private void CheckNode(int node, string name)
    {
        if ((uint)node >= (uint)NodeCount)
            throw new ArgumentOutOfRangeException(name, node, $"The nodes are 0 to {NodeCount - 1}.");
    }
}
