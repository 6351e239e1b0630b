using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Eppstein et al. 2016 divide nodes by degree into high, medium and low. A threshold counts nodes from the largest degree down and
/// must not divide nodes of equal degree, or the choice among them would depend on their order.
/// </summary>
public static class DegreeThresholds
{
    // The walk to the medium threshold compares adjacencies to high nodes chosen by this many neighbour degrees, whatever the number of high nodes.
    private const int WalkDepth = 40;

    /// <summary>The largest number of nodes up to a wanted one that divides no group of equal degree and leaves out the last group.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="threshold">The number wanted.</param>
    /// <returns>0 or a sum of sizes of the first groups.</returns>
    public static int PreviousValid(Graph graph, int threshold)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        int[] degrees = graph.DegreeSequence();
        int valid = 0;
        for (int rank = 1; rank < degrees.Length && rank <= threshold; rank++)
        {
            if (degrees[rank] != degrees[rank - 1])
            {
                valid = rank;
            }
        }
        return valid;
    }

    /// <summary>
    /// The number of high and medium nodes: from rank high+1 on (the authors' code leaves out rank high itself), nodes in order of degree join as long as
    /// their adjacencies to the high nodes differ; then <see cref="PreviousValid"/>.
    /// </summary>
    /// <param name="graph">The graph, its nodes in order of degree, largest first.</param>
    /// <param name="high">The number of high nodes.</param>
    public static int MediumFor(Graph graph, int high)
    {
        ArgumentNullException.ThrowIfNull(graph);
        NodeLabels labels = new(graph, HighNodes.Of(graph, high, WalkDepth));
        HashSet<BitLabel> seen = [];
        int last = graph.NodeCount - 1;
        for (int rank = high + 1; rank < graph.NodeCount; rank++)
        {
            if (!seen.Add(labels.Of(rank)))
            {
                last = rank - 1;
                break;
            }
        }
        return PreviousValid(graph, Math.Max(0, last));
    }
}
