using System.Globalization;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// The place of every node in the ascending order of external ids. The mark is defined on places, not on node numbers, so that
/// renumbering the nodes of a graph whose ids stay changes nothing.
/// </summary>
internal static class NodeRanks
{
    /// <summary>For each node its rank.</summary>
    public static int[] Of(Graph graph)
    {
        int[] nodes = new int[graph.NodeCount];
        for (int node = 0; node < nodes.Length; node++)
        {
            nodes[node] = node;
        }
        if (graph.ExternalIds is not { IsAscending: false } ids)
        {
            return nodes;
        }
        if (ids.AreNumbers)
        {
            Array.Sort(ids.Select(id => long.Parse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)).ToArray(), nodes);
        }
        else
        {
            Array.Sort(ids.ToArray(), nodes, StringComparer.Ordinal);
        }
        int[] ranks = new int[nodes.Length];
        for (int rank = 0; rank < nodes.Length; rank++)
        {
            ranks[nodes[rank]] = rank;
        }
        return ranks;
    }
}
