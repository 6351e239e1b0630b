namespace ResearchKit.Graphs;

/// <summary>
/// Bridges: the edges whose removal disconnects their component (Tarjan, "A note on finding the bridges of a graph", 1974).
/// Depth first, without recursion, so a path of a million nodes does not overflow the stack. Takes O(N + E).
/// </summary>
public static class Bridges
{
    /// <summary>Finds the bridges of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The bridges, u &lt; v, ascending.</returns>
    public static (int U, int V)[] Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int nodes = graph.NodeCount;
        var entered = new int[nodes]; // 0 = not yet
        var lowest = new int[nodes];
        var parent = new int[nodes];
        var nextNeighbour = new int[nodes];
        var stack = new int[nodes];
        var bridges = new List<(int U, int V)>();
        int time = 0;
        for (int root = 0; root < nodes; root++)
        {
            if (entered[root] != 0)
                continue;
            int depth = 0;
            stack[depth++] = root;
            parent[root] = -1;
            entered[root] = lowest[root] = ++time;
            while (depth > 0)
            {
                int node = stack[depth - 1];
                ReadOnlySpan<int> row = graph.Neighbours(node);
                if (nextNeighbour[node] < row.Length)
                {
                    int neighbour = row[nextNeighbour[node]++];
                    if (entered[neighbour] == 0)
                    {
                        parent[neighbour] = node;
                        entered[neighbour] = lowest[neighbour] = ++time;
                        stack[depth++] = neighbour;
                    }
                    else if (neighbour != parent[node])
                    {
                        lowest[node] = Math.Min(lowest[node], entered[neighbour]);
                    }

                    continue;
                }

                depth--;
                int above = parent[node];
                if (above < 0)
                    continue;
                lowest[above] = Math.Min(lowest[above], lowest[node]);
                if (lowest[node] > entered[above])
                    bridges.Add((Math.Min(above, node), Math.Max(above, node)));
            }
        }

        bridges.Sort();
        return [.. bridges];
    }
}
