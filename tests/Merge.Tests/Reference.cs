namespace ResearchKit.Merge.Tests;

/// <summary>Slow and plain: what the fast ways must equal.</summary>
internal static class Reference
{
    /// <summary>Looks at every pair of groups of every block at each step, and at every pair of members of these.</summary>
    public static List<(string Block, int[] A, int[] B)> Greedy(BlockDivision division, SimilarityMatrix[] matrices, GroupSimilarity rule)
    {
        List<int[]>[] groups = [.. matrices.Select(m => Enumerable.Range(0, m.Tasks).Select(t => new[] { t }).ToList())];
        List<(string, int[], int[])> steps = [];
        while (true)
        {
            (int block, int a, int b, double best) = (-1, 0, 0, double.NegativeInfinity);
            for (int x = 0; x < groups.Length; x++)
            {
                for (int i = 0; i < groups[x].Count; i++)
                {
                    for (int j = i + 1; j < groups[x].Count; j++)
                    {
                        double similarity = Similarity(matrices[x], groups[x][i], groups[x][j], rule);
                        // Means are computed along different paths: equal ones may differ in the last bits.
                        if (similarity > best + (rule == GroupSimilarity.Mean ? 1e-9 : 0))
                        {
                            (block, a, b, best) = (x, i, j, similarity);
                        }
                    }
                }
            }
            if (block < 0)
            {
                return steps;
            }
            steps.Add((division.Blocks[block].Name, groups[block][a], groups[block][b]));
            groups[block][a] = [.. groups[block][a].Concat(groups[block][b]).Order()];
            groups[block].RemoveAt(b);
        }
    }

    /// <summary>TIES on trimmed vectors, element by element.</summary>
    public static float[] Ties(float[][] vectors)
    {
        int length = vectors[0].Length;
        float[] sums = new float[length];
        foreach (float[] vector in vectors)
        {
            for (int p = 0; p < length; p++)
            {
                sums[p] += vector[p];
            }
        }
        int majority = sums.Sum(MathF.Sign) < 0 ? -1 : 1;
        float[] merged = new float[length];
        for (int p = 0; p < length; p++)
        {
            int sign = sums[p] == 0 ? majority : MathF.Sign(sums[p]);
            float[] kept = [.. vectors.Select(v => v[p]).Where(v => v * sign > 0)];
            merged[p] = kept.Length == 0 ? 0 : kept.Aggregate(0f, (x, y) => x + y) / kept.Length;
        }
        return merged;
    }

    private static double Similarity(SimilarityMatrix matrix, int[] a, int[] b, GroupSimilarity rule)
    {
        double[] all = [.. a.SelectMany(i => b.Select(j => (double)matrix[i, j]))];
        return rule switch
        {
            GroupSimilarity.Minimum => all.Min(),
            GroupSimilarity.Maximum => all.Max(),
            _ => all.Average(),
        };
    }
}
