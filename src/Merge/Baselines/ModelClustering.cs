namespace ResearchKit.Merge;

/// <summary>
/// Clustering of whole models, a baseline of arXiv:2505.23209: agglomerative clustering by the cosine distance of whole task vectors, or by the mean of the cosines of their tensors; each of k clusters
/// is merged into one model. Sizes are whole numbers of models.
/// </summary>
public static class ModelClustering
{
    /// <summary>The cosines of whole task vectors.</summary>
    public static SimilarityMatrix OfModels(TaskVectors vectors, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        int count = vectors.Tasks.Count;
        double[] gram = new double[count * count];
        for (int block = 0; block < vectors.Blocks.Count; block++)
        {
            ct.ThrowIfCancellationRequested();
            int at = block;
            GramKernel.Accumulate(
                [.. Enumerable.Range(0, count).Select(task => System.Runtime.InteropServices.MemoryMarshal.AsMemory(vectors.Of(task, at)))],
                gram
            );
        }
        return SimilarityMatrix.OfGram(gram, count);
    }

    /// <summary>The means over tensors of the cosines of the tasks' tensors.</summary>
    public static SimilarityMatrix OfTensors(TaskVectors vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        int count = vectors.Tasks.Count;
        float[] mean = new float[count * count];
        int tensors = vectors.Blocks.Sum(block => block.Tensors.Count);
        for (int block = 0; block < vectors.Blocks.Count; block++)
        {
            foreach (BlockTensor tensor in vectors.Blocks[block].Tensors)
            {
                int at = block;
                SimilarityMatrix one = SimilarityMatrix.Of([
                    .. Enumerable.Range(0, count).Select(task => vectors.Of(task, at).Slice(tensor.Offset, tensor.Length)),
                ]);
                for (int i = 0; i < count; i++)
                {
                    for (int j = 0; j < count; j++)
                    {
                        mean[(i * count) + j] += one[i, j] / tensors;
                    }
                }
            }
        }
        return new SimilarityMatrix(count, mean);
    }

    /// <summary>Clusters tasks into k groups.</summary>
    /// <param name="similarities">The cosines; distances are 1 minus them.</param>
    /// <param name="k">The number of clusters, in [1, M].</param>
    /// <param name="linkage">The distance of clusters.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Clusters(SimilarityMatrix similarities, int k, Linkage linkage = Linkage.Average)
    {
        ArgumentNullException.ThrowIfNull(similarities);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, similarities.Tasks);
        GroupSimilarity rule = linkage switch
        {
            Linkage.Average => GroupSimilarity.Mean,
            Linkage.Single => GroupSimilarity.Maximum,
            Linkage.Complete => GroupSimilarity.Minimum,
            _ => throw new ArgumentOutOfRangeException(nameof(linkage), linkage, "Average, Single and Complete are known."),
        };
        SortedDictionary<int, List<int>> groups = new(
            Enumerable.Range(0, similarities.Tasks).ToDictionary(task => task, task => new List<int> { task })
        );
        foreach (PairMerge merge in MergeSequence.OfMembers(similarities, rule).Take(similarities.Tasks - k))
        {
            groups[merge.A].AddRange(groups[merge.B]);
            groups.Remove(merge.B);
        }
        return Partition.Sorted(groups.Values);
    }
}
