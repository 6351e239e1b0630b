using System.Globalization;
using ResearchKit.Storage;

namespace ResearchKit.Merge;

/// <summary>How much memory a merge takes, known before it starts.</summary>
internal static class MemoryNeed
{
    /// <summary>The most bytes that any block takes: the vectors of its largest group with the algorithm's copies, and the groups merged so far.</summary>
    public static (long Bytes, string Block) Of(BlockDivision division, Partition partition, IMergeAlgorithm algorithm)
    {
        (long most, string at) = (0, "");
        for (int block = 0; block < division.Blocks.Count; block++)
        {
            long bytes = OfBlock(division.Blocks[block].Length, partition.Groups[block], algorithm);
            (most, at) = bytes > most ? (bytes, division.Blocks[block].Name) : (most, at);
        }
        return (most, at);
    }

    private static long OfBlock(long length, IReadOnlyList<IReadOnlyList<int>> groups, IMergeAlgorithm algorithm)
    {
        int[] merged = [.. groups.Select(group => group.Count).Where(count => count >= algorithm.Traits.MinimumGroup)];
        if (merged.Length == 0 || algorithm.Traits.IsElementwise)
        {
            return Math.Min(length, VectorPasses.ChunkElements) * sizeof(float) * (groups.Sum(group => group.Count) + 3L);
        }
        long held = length * sizeof(float) * (merged.Length + 1L);
        long masks = algorithm.Traits.StoresMasks ? length / 8 * merged.Sum() : 0;
        return held + masks + (length * sizeof(float) * merged.Max() * algorithm.Traits.WorkingCopies) + (length * sizeof(float));
    }

    /// <exception cref="ResearchKitException">RK6302: the limit is too small; the message names what is needed.</exception>
    public static void Require(BlockDivision division, Partition partition, IMergeAlgorithm algorithm, int tasks, ByteSize limit)
    {
        (long bytes, string block) = Of(division, partition, algorithm);
        // Counting and comparing: a chunk of every task, and the counters of exact selection.
        long passes = tasks * ((3L * VectorPasses.ChunkElements * sizeof(float)) + (2L * OrderedBits.Bins * sizeof(long)));
        if (Math.Max(bytes, passes) > limit.Bytes)
        {
            throw new ResearchKitException(
                MergeErrors.MemoryLimit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{algorithm.Name} needs {new ByteSize(Math.Max(bytes, passes))} for {(bytes > passes ? $"block \"{block}\"" : $"{tasks} tasks")}; the limit is {limit}."
                ),
                "Allow more memory, choose a larger size (smaller groups), finer blocks, or another algorithm."
            );
        }
    }
}
