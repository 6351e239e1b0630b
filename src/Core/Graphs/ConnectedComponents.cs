namespace ResearchKit.Graphs;

/// <summary>The connected components of a graph, numbered by their smallest node. Takes O(N + E).</summary>
public sealed class ConnectedComponents
{
    private readonly int[] _componentOf;
    private readonly int[] _sizes;

    private ConnectedComponents(int[] componentOf, int[] sizes)
    {
        _componentOf = componentOf;
        _sizes = sizes;
    }

    /// <summary>Finds the components of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The components; isolated nodes are components of size 1.</returns>
    public static ConnectedComponents Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var componentOf = new int[graph.NodeCount];
        Array.Fill(componentOf, -1);
        var queue = new int[graph.NodeCount];
        var sizes = new List<int>();
        for (int start = 0; start < graph.NodeCount; start++)
        {
            if (componentOf[start] >= 0)
                continue;
            int head = 0;
            int tail = 0;
            queue[tail++] = start;
            componentOf[start] = sizes.Count;
            while (head < tail)
            {
                foreach (int neighbour in graph.Neighbours(queue[head++]))
                {
                    if (componentOf[neighbour] >= 0)
                        continue;
                    componentOf[neighbour] = sizes.Count;
                    queue[tail++] = neighbour;
                }
            }

            sizes.Add(tail);
        }

        return new ConnectedComponents(componentOf, [.. sizes]);
    }

    /// <summary>The number of components.</summary>
    public int Count => _sizes.Length;

    /// <summary>The number of nodes of each component.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>The component of each node.</summary>
    public ReadOnlySpan<int> ComponentOf => _componentOf;

    /// <summary>The nodes of the largest component, ascending; of the first of them, if several are largest.</summary>
    /// <returns>The nodes; empty if the graph is.</returns>
    public int[] LargestComponent()
    {
        if (_sizes.Length == 0)
            return [];
        int largest = Array.IndexOf(_sizes, _sizes.Max());
        var nodes = new int[_sizes[largest]];
        int next = 0;
        for (int node = 0; node < _componentOf.Length; node++)
        {
            if (_componentOf[node] == largest)
                nodes[next++] = node;
        }

        return nodes;
    }
}
