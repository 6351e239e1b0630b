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
            Stream(source, preparation, grams, progress, cancellationToken);
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

    // The next chunk is read while this one is multiplied; sums stay in the order of the chunks.
    private static void Stream(
        ITaskVectorSource source,
        IPreparation? preparation,
        double[][] grams,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        (int Block, int First)[] chunks =
        [
            .. source.Blocks.SelectMany(
                (block, i) =>
                    Enumerable
                        .Range(0, (block.Length + VectorPasses.ChunkElements - 1) / VectorPasses.ChunkElements)
                        .Select(c => (i, c * VectorPasses.ChunkElements))
            ),
        ];
        int[] tasks = [.. Enumerable.Range(0, source.Tasks.Count)];
        float[][][] buffers = [.. Enumerable.Range(0, 2).Select(_ => tasks.Select(_ => new float[VectorPasses.ChunkElements]).ToArray())];
        Task<Memory<float>[]>? next = chunks.Length == 0 ? null : Read(0);
        long done = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            Memory<float>[] values = next!.GetAwaiter().GetResult();
            next = i + 1 < chunks.Length ? Read(i + 1) : null;
            GramKernel.Accumulate(values, grams[chunks[i].Block]);
            progress?.Report(done += values[0].Length);
        }

        Task<Memory<float>[]> Read(int i) =>
            Task.Run(
                () =>
                {
                    (int block, int first) = chunks[i];
                    int count = Math.Min(VectorPasses.ChunkElements, source.Blocks[block].Length - first);
                    Memory<float>[] into = [.. buffers[i % 2].Select(buffer => buffer.AsMemory(0, count))];
                    source.Read(block, first, tasks, into, cancellationToken);
                    for (int task = 0; preparation is not null && task < into.Length; task++)
                    {
                        preparation.Apply(task, source.Blocks[block], first, into[task].Span);
                    }
                    return into;
                },
                cancellationToken
            );
    }
}
