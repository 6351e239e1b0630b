namespace ResearchKit.Merge;

/// <summary>Which tasks share a version of each block.</summary>
/// <param name="Groups">For each block, in the order of the blocks, its groups by their smallest member; the tasks of a group ascending.</param>
public sealed record Partition(IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> Groups)
{
    /// <summary>Every task by itself in every block.</summary>
    public static Partition Singletons(int blocks, int tasks) =>
        new([
            .. Enumerable
                .Range(0, blocks)
                .Select(_ => (IReadOnlyList<IReadOnlyList<int>>)[.. Enumerable.Range(0, tasks).Select(task => (IReadOnlyList<int>)[task])]),
        ]);

    /// <summary>The same groups in every block: a clustering of whole models.</summary>
    public static Partition Same(int blocks, IReadOnlyList<IReadOnlyList<int>> groups) =>
        new([.. Enumerable.Repeat(Sorted(groups), blocks)]);

    /// <summary>Groups sorted inside, then by their smallest member.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Sorted(IEnumerable<IReadOnlyList<int>> groups) =>
        [.. groups.Select(group => (IReadOnlyList<int>)[.. group.Order()]).OrderBy(group => group[0])];

    /// <summary>The bits stored by all blocks, and the size in models.</summary>
    /// <param name="division">The blocks, and what each task keeps.</param>
    /// <param name="accounting">The rules.</param>
    /// <param name="tasks">M.</param>
    /// <param name="baseShipped">Whether the base is there anyway.</param>
    public double Size(BlockDivision division, SizeAccounting accounting, int tasks, bool baseShipped = false)
    {
        ArgumentNullException.ThrowIfNull(division);
        ArgumentNullException.ThrowIfNull(accounting);
        Int128 bits = (Int128)division.KeptLength * tasks * accounting.ParameterBits;
        for (int block = 0; block < division.Blocks.Count; block++)
        {
            bits +=
                (Int128)division.Blocks[block].Length
                * accounting.BitsPerParameter(Groups[block].Select(group => group.Count), baseShipped);
        }
        return (double)bits / ((double)division.Length * accounting.ParameterBits);
    }
}
