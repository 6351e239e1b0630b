using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Looks for a subgraph by backtracking. Nodes with the fewest candidates are mapped first; a candidate joins if its adjacencies to the nodes mapped so far
/// are those of the subgraph, but for a number of mismatches allowed in all.
/// </summary>
internal sealed class SubgraphSearch(Graph suspect, MarkSubgraph mark, int[][] candidates, int allowed, int limit)
{
    private readonly int[] order = [.. Enumerable.Range(0, candidates.Length).OrderBy(i => candidates[i].Length)];
    private readonly int[] mapped = new int[candidates.Length];
    private readonly HashSet<int> used = [];

    /// <summary>How many candidates were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>The mismatches of the map that was found.</summary>
    public int Mismatches { get; private set; }

    /// <summary>Runs until the first full map, the end of the tree, or the limit of tries.</summary>
    public DetectionOutcome Run(CancellationToken cancellationToken)
    {
        int[] next = new int[order.Length];
        int[] mismatchesBefore = new int[order.Length + 1];
        int depth = 0;
        while (depth >= 0)
        {
            if (depth == order.Length)
            {
                Mismatches = mismatchesBefore[depth];
                return DetectionOutcome.Present;
            }
            int[] choices = candidates[order[depth]];
            bool extended = false;
            while (!extended && next[depth] < choices.Length)
            {
                if (Tried == limit)
                {
                    return DetectionOutcome.Undecided;
                }
                if (++Tried % 4096 == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
                int node = choices[next[depth]++];
                if (used.Contains(node))
                {
                    continue;
                }
                int mismatches = mismatchesBefore[depth] + CountMismatches(node, depth, allowed - mismatchesBefore[depth]);
                if (mismatches <= allowed)
                {
                    mapped[depth] = node;
                    used.Add(node);
                    mismatchesBefore[++depth] = mismatches;
                    extended = true;
                }
            }
            if (extended)
            {
                if (depth < order.Length)
                {
                    next[depth] = 0;
                }
            }
            else if (--depth >= 0)
            {
                used.Remove(mapped[depth]);
            }
        }
        return DetectionOutcome.Absent;
    }

    private int CountMismatches(int node, int depth, int most)
    {
        int mismatches = 0;
        for (int d = 0; d < depth && mismatches <= most; d++)
        {
            mismatches += suspect.HasEdge(node, mapped[d]) != mark.Joined(order[depth], order[d]) ? 1 : 0;
        }
        return mismatches;
    }
}
