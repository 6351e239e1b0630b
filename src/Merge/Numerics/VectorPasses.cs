namespace ResearchKit.Merge;

/// <summary>Passes over all task vectors in chunks of a fixed grid, so that what is counted or summed does not depend on where the vectors are.</summary>
internal static class VectorPasses
{
    public const int ChunkElements = 1 << 16;

    /// <summary>Visits every chunk of all tasks. The visitor gets the block, where the chunk begins, and a chunk for each task.</summary>
    public static void Visit(ITaskVectorSource source, Action<int, int, Memory<float>[]> visit, CancellationToken cancellationToken)
    {
        int[] tasks = [.. Enumerable.Range(0, source.Tasks.Count)];
        float[][] buffers = [.. tasks.Select(_ => new float[ChunkElements])];
        Memory<float>[] chunk = new Memory<float>[tasks.Length];
        for (int block = 0; block < source.Blocks.Count; block++)
        {
            int length = source.Blocks[block].Length;
            for (int first = 0; first < length; first += ChunkElements)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(ChunkElements, length - first);
                for (int task = 0; task < tasks.Length; task++)
                {
                    chunk[task] = buffers[task].AsMemory(0, count);
                }
                source.Read(block, first, tasks, chunk, cancellationToken);
                visit(block, first, chunk);
            }
        }
    }

    /// <summary>For each task, the magnitudes of some ranks (0-based, ascending) over its whole vector: two passes.</summary>
    public static float[][] SelectMagnitudes(ITaskVectorSource source, IReadOnlyList<long> ranks, CancellationToken cancellationToken)
    {
        int tasks = source.Tasks.Count;
        long[][] upper = [.. Enumerable.Range(0, tasks).Select(_ => new long[OrderedBits.Bins])];
        Visit(
            source,
            (_, _, chunk) => Parallel.For(0, tasks, task => OrderedBits.CountMagnitudes(chunk[task].Span, upper[task])),
            cancellationToken
        );
        (uint Bin, long Rank)[][] found = [.. upper.Select(bins => ranks.Select(rank => OrderedBits.Find(bins, rank)).ToArray())];
        long[][][] lower = [.. Enumerable.Range(0, tasks).Select(_ => ranks.Select(_ => new long[1 << 15]).ToArray())];
        Visit(
            source,
            (_, _, chunk) =>
                Parallel.For(
                    0,
                    tasks,
                    task =>
                    {
                        for (int r = 0; r < ranks.Count; r++)
                        {
                            OrderedBits.CountMagnitudesIn(chunk[task].Span, found[task][r].Bin, lower[task][r]);
                        }
                    }
                ),
            cancellationToken
        );
        return
        [
            .. Enumerable
                .Range(0, tasks)
                .Select(task =>
                    ranks
                        .Select(
                            (_, r) =>
                                BitConverter.UInt32BitsToSingle(
                                    (found[task][r].Bin << 15) | OrderedBits.Find(lower[task][r], found[task][r].Rank).Bin
                                )
                        )
                        .ToArray()
                ),
        ];
    }
}
