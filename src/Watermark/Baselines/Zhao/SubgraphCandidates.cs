using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>The nodes of a suspect graph whose structure is that of a node looked for, within tolerances of its degree and of its descriptor.</summary>
internal sealed class SubgraphCandidates
{
    private readonly Graph suspect;
    private readonly double degreeTolerance;
    private readonly double structureTolerance;
    private readonly int[] byDegree;
    private readonly int[] degrees;
    private readonly Dictionary<int, int[]> structures = [];

    public SubgraphCandidates(Graph suspect, double degreeTolerance, double structureTolerance)
    {
        this.suspect = suspect;
        this.degreeTolerance = degreeTolerance;
        this.structureTolerance = structureTolerance;
        byDegree = [.. Enumerable.Range(0, suspect.NodeCount)];
        degrees = suspect.Degrees();
        Array.Sort(degrees, byDegree);
    }

    /// <summary>The candidates, best first: by distance of the descriptor, then by node.</summary>
    public int[] For(int[] structure)
    {
        int degree = structure.Length;
        int slack = degreeTolerance == 0 ? 0 : Math.Max(1, (int)(degreeTolerance * degree));
        int first = LowerBound(degree - slack);
        int end = LowerBound(degree + slack + 1);
        List<(double Distance, int Node)> candidates = [];
        for (int i = first; i < end; i++)
        {
            int node = byDegree[i];
            if (!structures.TryGetValue(node, out int[]? other))
            {
                structures[node] = other = NodeStructure.Of(suspect, node);
            }
            double distance = NodeStructure.Distance(structure, other);
            if (distance <= structureTolerance)
            {
                candidates.Add((distance, node));
            }
        }
        candidates.Sort();
        return [.. candidates.Select(c => c.Node)];
    }

    private int LowerBound(int degree)
    {
        int low = 0;
        int high = degrees.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = degrees[middle] < degree ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
