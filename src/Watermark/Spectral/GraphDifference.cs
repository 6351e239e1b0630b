using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>What a suspect graph changed, among the nodes that both graphs know by id.</summary>
internal static class GraphDifference
{
    // Below this share of the smaller graph an alignment is taken for an accident.
    private const double LeastCommon = 0.1;

    /// <summary>Aligns and compares.</summary>
    /// <param name="original">The original, whose node numbers the result uses.</param>
    /// <param name="suspect">The suspect.</param>
    /// <returns>The edits that lead from the original to the suspect, both ends known to both; and how nodes were aligned.</returns>
    /// <exception cref="IdMismatchException">Fewer than a tenth of the smaller graph's nodes are common.</exception>
    public static (EdgeEdit[] Edits, IdReport Ids) Of(Graph original, Graph suspect)
    {
        if (original.NodeCount == suspect.NodeCount && ReferenceEquals(original.ExternalIds, suspect.ExternalIds))
        {
            return (Graph.SymmetricDifference(original, suspect), new IdReport(original.NodeCount, 0, 0));
        }
        return Of(original, Align(original, suspect));
    }

    /// <summary>Aligns by id.</summary>
    /// <exception cref="IdMismatchException">Fewer than a tenth of the smaller graph's nodes are common.</exception>
    public static NodeAlignment Align(Graph original, Graph suspect)
    {
        NodeAlignment alignment = NodeAlignment.ById(original, suspect);
        if (alignment.Common < LeastCommon * Math.Min(original.NodeCount, suspect.NodeCount) || alignment.Common == 0)
        {
            throw new IdMismatchException(new IdReport(alignment.Common, alignment.OnlyInFirst, alignment.OnlyInSecond));
        }
        return alignment;
    }

    /// <summary>Compares graphs whose nodes are aligned, however few of them.</summary>
    /// <param name="original">The original, whose node numbers the result uses.</param>
    /// <param name="alignment">Which node of the suspect is which of the original.</param>
    public static (EdgeEdit[] Edits, IdReport Ids) Of(Graph original, NodeAlignment alignment)
    {
        IdReport ids = new(alignment.Common, alignment.OnlyInFirst, alignment.OnlyInSecond);
        EdgeEdit[] all = Graph.SymmetricDifference(original, alignment.SecondAsFirst());
        if (ids.OnlyInOriginal == 0)
        {
            return (all, ids);
        }
        List<EdgeEdit> known = new(all.Length);
        ReadOnlySpan<int> inSuspect = alignment.SecondOfFirst;
        foreach (EdgeEdit edit in all)
        {
            if (inSuspect[edit.U] >= 0 && inSuspect[edit.V] >= 0)
            {
                known.Add(edit);
            }
        }
        return ([.. known], ids);
    }
}
