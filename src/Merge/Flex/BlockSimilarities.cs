namespace ResearchKit.Merge;

/// <summary>The similarity matrices of all blocks, from one pass over the task vectors.</summary>
public static class BlockSimilarities
{
    /// <summary>Cosines of all blocks.</summary>
    /// <param name="source">The task vectors.</param>
    /// <param name="preparation">What is applied to the vectors first, for algorithms that select on prepared vectors; else null.</param>
    /// <param name="progress">Is told the elements done, of all elements of a task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK6301: a value is not finite.</exception>
    public static SimilarityMatrix[] Of(
        ITaskVectorSource source,
        IPreparation? preparation = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        int tasks = source.Tasks.Count;
        double[][] grams = [.. source.Blocks.Select(_ => new double[tasks * tasks])];
        if (source is TaskVectors)
        {
            // Nothing to wait for: blocks side by side, each summed in its own order.
            Parallel.For(
                0,
                grams.Length,
                new ParallelOptions { CancellationToken = cancellationToken },
                block => Accumulate(source, block, preparation, grams[block], cancellationToken)
            );
        }
        else
        {
            long done = 0;
            for (int block = 0; block < grams.Length; block++)
            {
                Accumulate(source, block, preparation, grams[block], cancellationToken);
                progress?.Report(done += source.Blocks[block].Length);
            }
        }
        for (int block = 0; block < grams.Length; block++)
        {
            for (int task = 0; task < tasks; task++)
            {
                if (!double.IsFinite(grams[block][(task * tasks) + task]))
                {
                    NonFiniteValues.Throw(source, block, task, cancellationToken);
                }
            }
        }
        return [.. grams.Select(gram => SimilarityMatrix.OfGram(gram, tasks))];
    }

    private static void Accumulate(
        ITaskVectorSource source,
        int block,
        IPreparation? preparation,
        double[] gram,
        CancellationToken cancellationToken
    )
    {
        int count = source.Tasks.Count;
        int length = source.Blocks[block].Length;
        int[] tasks = [.. Enumerable.Range(0, count)];
        int chunk = Math.Min(length, VectorPasses.ChunkElements);
        Memory<float>[] parts = [.. tasks.Select(_ => new float[chunk].AsMemory())];
        for (int first = 0; first < length; first += chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Memory<float>[] into = [.. parts.Select(part => part[..Math.Min(chunk, length - first)])];
            source.Read(block, first, tasks, into, cancellationToken);
            for (int task = 0; preparation is not null && task < count; task++)
            {
                preparation.Apply(task, source.Blocks[block], first, into[task].Span);
            }
            GramKernel.Accumulate(into, gram);
        }
    }
}
