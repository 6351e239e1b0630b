namespace ResearchKit.Merge;

/// <summary>The vectors of a group of tasks in one block.</summary>
/// <param name="block">The block.</param>
/// <param name="tasks">The tasks' indices, ascending.</param>
/// <param name="vectors">One vector for each task, of the block's length.</param>
/// <param name="base">The base's parameters in this block; empty where the caller knows that the algorithm does not look at them.</param>
/// <exception cref="ArgumentException">The lengths do not fit together.</exception>
public sealed class TaskGroup(
    Block block,
    IReadOnlyList<int> tasks,
    IReadOnlyList<ReadOnlyMemory<float>> vectors,
    ReadOnlyMemory<float> @base = default
)
{
    private readonly IReadOnlyList<ReadOnlyMemory<float>> _vectors =
        vectors.Count == tasks.Count && vectors.Count > 0 && vectors.All(vector => vector.Length == block.Length)
            ? vectors
            : throw new ArgumentException(
                $"{vectors.Count} vectors of {string.Join(", ", vectors.Select(v => v.Length).Distinct())} elements are not {tasks.Count} tasks' in block \"{block.Name}\" of {block.Length}.",
                nameof(vectors)
            );

    /// <summary>The block.</summary>
    public Block Block { get; } = block;

    /// <summary>The tasks' indices, ascending.</summary>
    public IReadOnlyList<int> Tasks { get; } = tasks;

    /// <summary>m, the number of tasks.</summary>
    public int Count => Tasks.Count;

    /// <summary>d_b, the elements of a vector.</summary>
    public int Length => Block.Length;

    /// <summary>The base's parameters in this block.</summary>
    /// <exception cref="InvalidOperationException">The group was made without them.</exception>
    public ReadOnlySpan<float> Base =>
        @base.Length == Length
            ? @base.Span
            : throw new InvalidOperationException($"The group of block \"{Block.Name}\" was made without the base's parameters.");

    /// <summary>The vector of a member.</summary>
    /// <param name="member">Its place in the group.</param>
    public ReadOnlySpan<float> this[int member] => _vectors[member].Span;

    /// <summary>The vector of a member.</summary>
    /// <param name="member">Its place in the group.</param>
    public ReadOnlyMemory<float> Vector(int member) => _vectors[member];
}
