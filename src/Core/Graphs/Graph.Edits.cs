namespace ResearchKit.Graphs;

public sealed partial class Graph
{
    /// <summary>The graph with some edges added and removed; external ids stay. Takes O(N + E + k log k) for k edits.</summary>
    /// <param name="edits">Edits of different pairs, in any order.</param>
    /// <returns>A new graph.</returns>
    /// <exception cref="ArgumentException">
    /// An edit names a node that is not there or one node twice, adds an edge that is there, removes one that is not, or two edits name the same pair.
    /// </exception>
    public Graph ApplyEdits(ReadOnlySpan<EdgeEdit> edits)
    {
        // Each edit changes two rows. Sorted by (row, column), both halves merge into the rows as they are copied.
        var halves = new (ulong Place, bool Adds)[edits.Length * 2];
        int growth = 0;
        for (int i = 0; i < edits.Length; i++)
        {
            (int u, int v, EditKind kind) = edits[i];
            if ((uint)u >= (uint)NodeCount || (uint)v >= (uint)NodeCount)
                throw new ArgumentException($"Edit {i} is of the pair ({u}, {v}); the nodes are 0 to {NodeCount - 1}.", nameof(edits));
            if (u == v)
                throw new ArgumentException($"Edit {i} is of node {u} with itself; a simple graph has no self loops.", nameof(edits));
            bool adds = kind == EditKind.Add;
            growth += adds ? 2 : -2;
            halves[2 * i] = ((ulong)(uint)u << 32 | (uint)v, adds);
            halves[2 * i + 1] = ((ulong)(uint)v << 32 | (uint)u, adds);
        }

        Array.Sort(halves, static (a, b) => a.Place.CompareTo(b.Place));
        CheckEdits(halves);
        if ((long)_neighbours.Length + growth > Array.MaxLength)
            throw new ArgumentException($"The edits would make more than the {Array.MaxLength / 2} edges a graph holds.", nameof(edits));

        var offsets = new int[NodeCount + 1];
        var neighbours = new int[_neighbours.Length + growth];
        int half = 0;
        int written = 0;
        for (int node = 0; node < NodeCount; node++)
        {
            int read = _offsets[node];
            int end = _offsets[node + 1];
            for (; half < halves.Length && (int)(halves[half].Place >> 32) == node; half++)
            {
                int column = (int)(uint)halves[half].Place;
                while (read < end && _neighbours[read] < column)
                    neighbours[written++] = _neighbours[read++];
                if (halves[half].Adds)
                    neighbours[written++] = column;
                else
                    read++;
            }

            _neighbours.AsSpan(read, end - read).CopyTo(neighbours.AsSpan(written));
            written += end - read;
            offsets[node + 1] = written;
        }

        return new Graph(offsets, neighbours, ExternalIds);
    }

    /// <summary>
    /// The edits that turn <paramref name="a"/> into <paramref name="b"/>: edges only in b are added, edges only in a removed.
    /// Ascending by pair, u &lt; v. Takes O(N + E of both).
    /// </summary>
    /// <param name="a">The graph before.</param>
    /// <param name="b">The graph after.</param>
    /// <returns>The edits.</returns>
    /// <exception cref="ArgumentException">The graphs have different numbers of nodes: align them first (<see cref="NodeAlignment"/>).</exception>
    public static EdgeEdit[] SymmetricDifference(Graph a, Graph b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.NodeCount != b.NodeCount)
            throw new ArgumentException($"The graphs have {a.NodeCount} and {b.NodeCount} nodes; align them first.", nameof(b));
        var edits = new List<EdgeEdit>();
        for (int node = 0; node < a.NodeCount; node++)
        {
            ReadOnlySpan<int> inA = a.Neighbours(node);
            ReadOnlySpan<int> inB = b.Neighbours(node);
            if (inA.SequenceEqual(inB))
                continue;
            inA = inA[~inA.BinarySearch(node)..];
            inB = inB[~inB.BinarySearch(node)..];
            while (inA.Length + inB.Length > 0)
            {
                int nextA = inA.IsEmpty ? int.MaxValue : inA[0];
                int nextB = inB.IsEmpty ? int.MaxValue : inB[0];
                if (nextA < nextB)
                    edits.Add(new EdgeEdit(node, nextA, EditKind.Remove));
                else if (nextB < nextA)
                    edits.Add(new EdgeEdit(node, nextB, EditKind.Add));
                inA = nextA <= nextB ? inA[1..] : inA;
                inB = nextB <= nextA ? inB[1..] : inB;
            }
        }

        return [.. edits];
    }

    /// <summary>The same graph with its nodes renumbered; external ids move with their nodes.</summary>
    /// <param name="newNumbers">For each node its new number: a permutation of 0..N-1.</param>
    /// <returns>A new graph.</returns>
    /// <exception cref="ArgumentException">The numbers are not a permutation of 0..N-1.</exception>
    public Graph Relabel(ReadOnlySpan<int> newNumbers)
    {
        if (newNumbers.Length != NodeCount)
            throw new ArgumentException($"{newNumbers.Length} numbers were given for {NodeCount} nodes.", nameof(newNumbers));
        var oldNumbers = new int[NodeCount];
        Array.Fill(oldNumbers, -1);
        for (int node = 0; node < NodeCount; node++)
        {
            int number = newNumbers[node];
            if ((uint)number >= (uint)NodeCount || oldNumbers[number] >= 0)
                throw new ArgumentException($"Node {node} gets the number {number}, which is out of range or taken.", nameof(newNumbers));
            oldNumbers[number] = node;
        }

        var packed = new ulong[EdgeCount];
        int next = 0;
        foreach ((int u, int v) in Edges())
            packed[next++] = Pack(newNumbers[u], newNumbers[v]);
        return FromPacked(NodeCount, packed, ExternalIds?.Select(oldNumbers), out _, out _);
    }

    /// <summary>The graph on some of the nodes with all edges among them; node i of the result is the i-th node given. External ids stay with their nodes.</summary>
    /// <param name="nodes">Different nodes.</param>
    /// <returns>A new graph.</returns>
    /// <exception cref="ArgumentException">A node is not there or is given twice.</exception>
    public Graph InducedSubgraph(ReadOnlySpan<int> nodes)
    {
        var newNumbers = new int[NodeCount];
        Array.Fill(newNumbers, -1);
        for (int i = 0; i < nodes.Length; i++)
        {
            CheckNode(nodes[i], nameof(nodes));
            if (newNumbers[nodes[i]] >= 0)
                throw new ArgumentException($"Node {nodes[i]} is given twice.", nameof(nodes));
            newNumbers[nodes[i]] = i;
        }

        var kept = new List<ulong>();
        foreach (int node in nodes)
        {
            foreach (int neighbour in Neighbours(node))
            {
                if (neighbour > node && newNumbers[neighbour] >= 0)
                    kept.Add(Pack(newNumbers[node], newNumbers[neighbour]));
            }
        }

        return FromPacked(nodes.Length, [.. kept], ExternalIds?.Select(nodes), out _, out _);
    }

    private void CheckEdits(ReadOnlySpan<(ulong Place, bool Adds)> edits)
    {
        for (int i = 0; i < edits.Length; i++)
        {
            int row = (int)(edits[i].Place >> 32);
            int column = (int)(uint)edits[i].Place;
            if (row > column)
                continue;
            if (i > 0 && edits[i - 1].Place == edits[i].Place)
                throw new ArgumentException($"Two edits are of the pair ({row}, {column}); give each pair once.", nameof(edits));
            if (HasEdge(row, column) == edits[i].Adds)
            {
                string problem = edits[i].Adds ? "is to be added but is there" : "is to be removed but is not there";
                throw new ArgumentException($"The edge ({row}, {column}) {problem}.", nameof(edits));
            }
        }
    }
}
