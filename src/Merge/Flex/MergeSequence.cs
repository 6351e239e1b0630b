namespace ResearchKit.Merge;

/// <summary>A merge inside one block: the places of two groups, each named by its smallest member.</summary>
internal readonly record struct PairMerge(int A, int B, float Similarity);

/// <summary>
/// The order in which greedy merging by similarity fuses the groups of one block. Blocks do not influence one another, so the greedy order over all blocks
/// takes the heads of these sequences, the largest first. Groups are named by their smallest member; the first of equal pairs wins, by the smaller and then the larger name.
/// </summary>
internal static class MergeSequence
{
    /// <summary>By similarities of members: with the similarity of a union from those of its parts (minimum, maximum, or mean weighted by sizes).</summary>
    /// <remarks>Each group keeps its best partner among the later ones; a merge looks again only at groups whose partner it touched: about M^2 in all.</remarks>
    public static List<PairMerge> OfMembers(SimilarityMatrix similarities, GroupSimilarity rule)
    {
        int tasks = similarities.Tasks;
        double[] s = new double[tasks * tasks];
        for (int i = 0; i < tasks; i++)
        {
            for (int j = 0; j < tasks; j++)
            {
                s[(i * tasks) + j] = similarities[i, j];
            }
        }
        int[] alive = [.. Enumerable.Range(0, tasks)];
        int living = tasks;
        int[] sizes = [.. Enumerable.Repeat(1, tasks)];
        int[] partner = new int[tasks];
        double[] best = new double[tasks];
        for (int i = 0; i < tasks; i++)
        {
            Look(i);
        }
        List<PairMerge> merges = new(tasks - 1);
        while (living > 1)
        {
            int a = -1;
            for (int x = 0; x < living; x++)
            {
                int i = alive[x];
                if (partner[i] >= 0 && (a < 0 || best[i] > best[a]))
                {
                    a = i;
                }
            }
            int b = partner[a];
            merges.Add(new PairMerge(a, b, (float)best[a]));
            living = Remove(alive, living, b);
            for (int x = 0; x < living; x++)
            {
                int c = alive[x];
                if (c == a)
                {
                    continue;
                }
                (double ac, double bc) = (s[(a * tasks) + c], s[(b * tasks) + c]);
                double union = rule switch
                {
                    GroupSimilarity.Minimum => Math.Min(ac, bc),
                    GroupSimilarity.Maximum => Math.Max(ac, bc),
                    GroupSimilarity.Mean => ((ac * sizes[a]) + (bc * sizes[b])) / (sizes[a] + sizes[b]),
                    _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Minimum, Mean and Maximum are known."),
                };
                s[(a * tasks) + c] = s[(c * tasks) + a] = union;
            }
            sizes[a] += sizes[b];
            Look(a);
            for (int x = 0; x < living && alive[x] < b; x++)
            {
                int c = alive[x];
                if (c == a)
                {
                    continue;
                }
                if (partner[c] == b || partner[c] == a)
                {
                    Look(c);
                }
                else if (c < a && (s[(c * tasks) + a] > best[c] || (s[(c * tasks) + a] == best[c] && a < partner[c])))
                {
                    (best[c], partner[c]) = (s[(c * tasks) + a], a);
                }
            }
        }
        return merges;

        void Look(int i)
        {
            (double most, int at) = (double.NegativeInfinity, -1);
            for (int x = Array.BinarySearch(alive, 0, living, i) + 1; x < living; x++)
            {
                int j = alive[x];
                if (s[(i * tasks) + j] > most)
                {
                    (most, at) = (s[(i * tasks) + j], j);
                }
            }
            (best[i], partner[i]) = (most, at);
        }
    }

    /// <summary>By the similarity of merged vectors: each union is merged anew from its members, and compared with the other groups.</summary>
    public static List<PairMerge> OfMerged(
        int tasks,
        Func<IReadOnlyList<int>, ReadOnlyMemory<float>> merged,
        SimilarityMeasure measure,
        CancellationToken ct
    )
    {
        List<(int[] Tasks, ReadOnlyMemory<float> Vector)> groups =
        [
            .. Enumerable.Range(0, tasks).Select(task => (new[] { task }, merged([task]))),
        ];
        List<List<float>> similarity =
        [
            .. groups.Select(
                (g, i) => groups.Skip(i + 1).Select(h => SimilarityMatrix.Between(g.Vector.Span, h.Vector.Span, measure)).ToList()
            ),
        ];
        List<PairMerge> merges = [];
        while (groups.Count > 1)
        {
            ct.ThrowIfCancellationRequested();
            (int a, int b, float most) = (0, 1, float.NegativeInfinity);
            for (int i = 0; i < groups.Count; i++)
            {
                for (int j = i + 1; j < groups.Count; j++)
                {
                    if (similarity[i][j - i - 1] > most)
                    {
                        (a, b, most) = (i, j, similarity[i][j - i - 1]);
                    }
                }
            }
            merges.Add(new PairMerge(groups[a].Tasks[0], groups[b].Tasks[0], most));
            int[] union = [.. groups[a].Tasks.Concat(groups[b].Tasks).Order()];
            groups[a] = (union, merged(union));
            groups.RemoveAt(b);
            similarity.RemoveAt(b);
            for (int i = 0; i < b; i++)
            {
                similarity[i].RemoveAt(b - i - 1);
            }
            for (int i = 0; i < groups.Count; i++)
            {
                if (i != a)
                {
                    (int low, int high) = (Math.Min(i, a), Math.Max(i, a));
                    similarity[low][high - low - 1] = SimilarityMatrix.Between(groups[low].Vector.Span, groups[high].Vector.Span, measure);
                }
            }
        }
        return merges;
    }

    private static int Remove(int[] alive, int living, int value)
    {
        int at = Array.BinarySearch(alive, 0, living, value);
        Array.Copy(alive, at + 1, alive, at, living - at - 1);
        return living - 1;
    }
}
