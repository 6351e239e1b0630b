namespace ResearchKit.Graphs;

/// <summary>Triangles and clustering coefficients (Watts and Strogatz 1998).</summary>
public static class Clustering
{
    /// <summary>
    /// The number of triangles at each node. Every edge points to the end of larger degree and the out-rows are intersected: O(E^1.5).
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <returns>Triangles by node; their sum is three times the number of triangles.</returns>
    public static long[] TrianglesByNode(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int nodes = graph.NodeCount;
        var triangles = new long[nodes];
        var markedBy = new int[nodes];
        Array.Fill(markedBy, -1);
        for (int u = 0; u < nodes; u++)
        {
            foreach (int v in graph.Neighbours(u))
            {
                if (Precedes(graph, u, v))
                    markedBy[v] = u;
            }

            foreach (int v in graph.Neighbours(u))
            {
                if (markedBy[v] != u)
                    continue;
                foreach (int w in graph.Neighbours(v))
                {
                    if (markedBy[w] != u || !Precedes(graph, v, w))
                        continue;
                    triangles[u]++;
                    triangles[v]++;
                    triangles[w]++;
                }
            }
        }

        return triangles;
    }

    /// <summary>The mean over all nodes of the share of a node's pairs of neighbours that are joined; a node of degree below 2 counts as 0.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The mean clustering coefficient, 0 to 1; 0 for a graph without nodes.</returns>
    public static double Mean(Graph graph)
    {
        long[] triangles = TrianglesByNode(graph);
        double sum = 0;
        for (int node = 0; node < triangles.Length; node++)
        {
            double degree = graph.Degree(node);
            if (degree >= 2)
                sum += triangles[node] / (degree * (degree - 1) / 2);
        }

        return triangles.Length == 0 ? 0 : sum / triangles.Length;
    }

    private static bool Precedes(Graph graph, int u, int v)
    {
        int degreeU = graph.Degree(u);
        int degreeV = graph.Degree(v);
        return degreeU < degreeV || (degreeU == degreeV && u < v);
    }
}
