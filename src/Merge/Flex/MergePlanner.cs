using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>
/// Makes plans (arXiv:2505.23209, section 3, Algorithm 1). The result of FlexMerge depends only on the final partition, so planning looks at similarities alone and merging is done once, afterwards, for each final group.
/// </summary>
public static class MergePlanner
{
    /// <summary>A plan from similarity matrices: milliseconds, no input or output.</summary>
    /// <param name="tasks">The tasks' names.</param>
    /// <param name="division">The blocks, from the output to the input.</param>
    /// <param name="similarities">A matrix for each block.</param>
    /// <param name="accounting">The rules of the size.</param>
    /// <param name="options">The order; null for the paper's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The parts do not fit together, or the order needs the vectors themselves.</exception>
    public static MergePlan Plan(
        IReadOnlyList<string> tasks,
        BlockDivision division,
        IReadOnlyList<SimilarityMatrix> similarities,
        SizeAccounting accounting,
        FlexMergeOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(division);
        ArgumentNullException.ThrowIfNull(similarities);
        ArgumentNullException.ThrowIfNull(accounting);
        options ??= new FlexMergeOptions();
        TaskNames.Check(tasks);
        if (similarities.Count != division.Blocks.Count || similarities.Any(matrix => matrix.Tasks != tasks.Count))
        {
            throw new ArgumentException(
                $"{similarities.Count} matrices do not fit {division.Blocks.Count} blocks of {tasks.Count} tasks.",
                nameof(similarities)
            );
        }
        if (ComparesMerged(options) || options.Measure != SimilarityMeasure.Cosine)
        {
            throw new ArgumentException(
                $"The order {options.Order} by {options.Compared} vectors and {options.Measure} needs the vectors: give them.",
                nameof(options)
            );
        }
        return Assemble(
            tasks,
            division,
            accounting,
            options,
            block => MergeSequence.OfMembers(similarities[block], options.Similarity),
            cancellationToken
        );
    }

    /// <summary>A plan from the vectors, for any order.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="division">The blocks.</param>
    /// <param name="algorithm">The algorithm: its preparation is applied where it selects on prepared vectors, and it merges where merged vectors are compared.</param>
    /// <param name="options">The order; null for the paper's.</param>
    /// <param name="accounting">The rules of the size; null for those of the algorithm at 32 bits.</param>
    /// <param name="preparation">What the algorithm's preparation gave, if it is at hand.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static MergePlan Plan(
        TaskVectors vectors,
        BlockDivision division,
        IMergeAlgorithm algorithm,
        FlexMergeOptions? options = null,
        SizeAccounting? accounting = null,
        IPreparation? preparation = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(division);
        ArgumentNullException.ThrowIfNull(algorithm);
        options ??= new FlexMergeOptions();
        accounting ??= SizeAccounting.Of(algorithm);
        if (options.Order is MergeOrder.Random)
        {
            return Assemble(vectors.Tasks, division, accounting, options, _ => [], cancellationToken);
        }
        preparation ??= algorithm.Prepare(vectors, cancellationToken);
        // The authors' fixed orders choose on the original vectors, the greedy order on the prepared ones.
        IPreparation? selecting =
            algorithm.Traits.SelectsPrepared && options.Order is not (MergeOrder.LeftRight or MergeOrder.RightLeft) ? preparation : null;
        if (ComparesMerged(options))
        {
            return Assemble(
                vectors.Tasks,
                division,
                accounting,
                options,
                block => OfMerged(vectors, block, algorithm, preparation, selecting, options, cancellationToken),
                cancellationToken
            );
        }
        if (options.Measure == SimilarityMeasure.Cosine)
        {
            return Plan(
                vectors.Tasks,
                division,
                BlockSimilarities.Of(vectors, selecting, cancellationToken: cancellationToken),
                accounting,
                options,
                cancellationToken
            );
        }
        int[] all = [.. Enumerable.Range(0, vectors.Tasks.Count)];
        return Assemble(
            vectors.Tasks,
            division,
            accounting,
            options,
            block =>
            {
                TaskGroup group = vectors.Group(block, all, selecting);
                return MergeSequence.OfMembers(SimilarityMatrix.Of([.. all.Select(group.Vector)], options.Measure), options.Similarity);
            },
            cancellationToken
        );
    }

    private static bool ComparesMerged(FlexMergeOptions options) =>
        options.Order is MergeOrder.LeftRight or MergeOrder.RightLeft
        || (options.Compared == ComparedVectors.Merged && options.Order != MergeOrder.Random);

    private static List<PairMerge> OfMerged(
        TaskVectors vectors,
        int block,
        IMergeAlgorithm algorithm,
        IPreparation? preparation,
        IPreparation? selecting,
        FlexMergeOptions options,
        CancellationToken cancellationToken
    ) =>
        MergeSequence.OfMerged(
            vectors.Tasks.Count,
            tasks =>
                tasks.Count == 1
                    ? vectors.Group(block, tasks, selecting).Vector(0)
                    : algorithm.Merge(vectors.Group(block, tasks, preparation), preparation, cancellationToken).Unified,
            options.Measure,
            cancellationToken
        );

    private static MergePlan Assemble(
        IReadOnlyList<string> tasks,
        BlockDivision division,
        SizeAccounting accounting,
        FlexMergeOptions options,
        Func<int, List<PairMerge>> sequenceOf,
        CancellationToken cancellationToken
    )
    {
        int blocks = division.Blocks.Count;
        List<PairMerge>[] sequences = new List<PairMerge>[blocks];
        Parallel.For(
            0,
            blocks,
            new ParallelOptions { CancellationToken = cancellationToken },
            block => sequences[block] = sequenceOf(block)
        );
        PlanBuilder builder = new(tasks.Count, division, accounting);
        IEnumerable<(int Block, PairMerge Pair)> order = options.Order switch
        {
            MergeOrder.Greedy => Heads(sequences, _ => 1),
            MergeOrder.GreedyBySize => Heads(sequences, block => (double)division.Blocks[block].Length / division.Length),
            MergeOrder.RightLeft => sequences.SelectMany((sequence, block) => sequence.Select(pair => (block, pair))),
            MergeOrder.LeftRight => sequences
                .Select((sequence, block) => (sequence, block))
                .Reverse()
                .SelectMany(x => x.sequence.Select(pair => (x.block, pair))),
            MergeOrder.Random => RandomPairs(builder, blocks, RandomStream.Named("flexmerge", Text(options.Seed), "random-order")),
            MergeOrder.RandomPair => Heads(sequences, _ => 1)
                .Select(RandomPairOf(builder, RandomStream.Named("flexmerge", Text(options.Seed), "random-pair"))),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Order, "No such order."),
        };
        foreach ((int block, PairMerge pair) in order)
        {
            builder.Add(block, pair);
        }
        return new MergePlan
        {
            Tasks = [.. tasks],
            Blocks = [.. division.Blocks.Select(block => block.Name)],
            Lengths = [.. division.Blocks.Select(block => (long)block.Length)],
            KeptLength = division.KeptLength,
            Accounting = accounting,
            Options = options,
            Steps = builder.Steps,
        };
    }

    private static IEnumerable<(int Block, PairMerge Pair)> Heads(List<PairMerge>[] sequences, Func<int, double> weight)
    {
        PriorityQueue<int, (double Negative, int Block)> heads = new();
        int[] next = new int[sequences.Length];
        for (int block = 0; block < sequences.Length; block++)
        {
            Push(block);
        }
        while (heads.TryDequeue(out int block, out _))
        {
            yield return (block, sequences[block][next[block]++]);
            Push(block);
        }

        void Push(int block)
        {
            if (next[block] < sequences[block].Count)
            {
                heads.Enqueue(block, (-sequences[block][next[block]].Similarity * weight(block), block));
            }
        }
    }

    private static IEnumerable<(int Block, PairMerge Pair)> RandomPairs(PlanBuilder builder, int blocks, RandomStream stream)
    {
        List<int> open = [.. Enumerable.Range(0, blocks)];
        while (open.Count > 0)
        {
            int block = open[stream.NextInt(open.Count)];
            yield return (block, RandomPair(builder, block, stream));
            if (builder.GroupNames(block).Count == 1)
            {
                open.Remove(block);
            }
        }
    }

    private static Func<(int Block, PairMerge Pair), (int, PairMerge)> RandomPairOf(PlanBuilder builder, RandomStream stream) =>
        head => (head.Block, RandomPair(builder, head.Block, stream) with { Similarity = head.Pair.Similarity });

    private static PairMerge RandomPair(PlanBuilder builder, int block, RandomStream stream)
    {
        IReadOnlyList<int> names = builder.GroupNames(block);
        int[] two = stream.Sample(names.Count, 2);
        return new PairMerge(Math.Min(names[two[0]], names[two[1]]), Math.Max(names[two[0]], names[two[1]]), 0);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
