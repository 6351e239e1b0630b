namespace ResearchKit.Watermark;

/// <summary>Matches the labelled nodes of two graphs: high nodes by their place, each medium node with the one of least Hamming distance.</summary>
internal static class ApproximateIsomorphism
{
    /// <summary>Matches.</summary>
    /// <param name="original">The original, labelled.</param>
    /// <param name="leaked">The leaked graph, labelled with the same thresholds.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>For each node of the original a node of the leaked graph or -1; several may be matched with one. Null if the labels cannot be compared: the graphs have different numbers of high nodes, or the leaked one no medium node.</returns>
    public static int[]? Match(LabelledGraph original, LabelledGraph leaked, CancellationToken cancellationToken)
    {
        if (original.High.Length != leaked.High.Length || (leaked.Medium.Length == 0 && original.Medium.Length > 0))
        {
            return null;
        }
        int[] matched = new int[original.Graph.NodeCount];
        Array.Fill(matched, -1);
        for (int i = 0; i < original.High.Length; i++)
        {
            matched[original.High[i]] = leaked.High[i];
        }
        for (int i = 0; i < original.Medium.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int best = 0;
            int least = int.MaxValue;
            for (int j = 0; j < leaked.Medium.Length && least > 0; j++)
            {
                int distance = original.MediumLabels[i].DistanceTo(leaked.MediumLabels[j]);
                if (distance < least)
                {
                    (best, least) = (j, distance);
                }
            }
            matched[original.Medium[i]] = leaked.Medium[best];
        }
        return matched;
    }
}
