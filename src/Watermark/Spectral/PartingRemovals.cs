using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>Finds, among edges that are to be removed, those whose removal would part their ends: bridges of what is left by then.</summary>
internal static class PartingRemovals
{
    /// <summary>Removes edges one after the other and names those that have to stay.</summary>
    /// <param name="graph">The graph; edges that are added elsewhere do not count, so that the result holds without them.</param>
    /// <param name="removals">Edges, in the order in which they are tried.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static IReadOnlyList<(int U, int V)> Of(Graph graph, IReadOnlyList<(int U, int V)> removals, CancellationToken cancellationToken)
    {
        HashSet<(int, int)> removed = [];
        List<(int, int)> parting = [];
        int[] reachedBy = new int[graph.NodeCount];
        int stamp = 0;
        foreach ((int u, int v) in removals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            removed.Add((u, v));
            if (!AreConnected(graph, u, v, removed, reachedBy, ref stamp))
            {
                removed.Remove((u, v));
                parting.Add((u, v));
            }
        }
        return parting;
    }

    // From both ends at once, a node at a time: where the edge is no bridge a short way round is found soon; where it is one, the smaller side is soon exhausted.
    private static bool AreConnected(Graph graph, int u, int v, HashSet<(int, int)> removed, int[] reachedBy, ref int stamp)
    {
        Queue<int>[] queues = [new([u]), new([v])];
        int[] stamps = [++stamp, ++stamp];
        (reachedBy[u], reachedBy[v]) = (stamps[0], stamps[1]);
        for (int side = 0; queues[side].TryDequeue(out int node); side = 1 - side)
        {
            foreach (int neighbour in graph.Neighbours(node))
            {
                if (removed.Contains(node < neighbour ? (node, neighbour) : (neighbour, node)))
                {
                    continue;
                }
                if (reachedBy[neighbour] == stamps[1 - side])
                {
                    return true;
                }
                if (reachedBy[neighbour] != stamps[side])
                {
                    reachedBy[neighbour] = stamps[side];
                    queues[side].Enqueue(neighbour);
                }
            }
        }
        return false;
    }
}
