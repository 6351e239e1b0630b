namespace ResearchKit.Merge;

/// <summary>Tensors divided into blocks.</summary>
/// <param name="Blocks">The blocks, from the output to the input; they decide ties of the greedy order.</param>
/// <param name="Kept">Tensors in no block, of which each task keeps its own.</param>
public sealed record BlockDivision(IReadOnlyList<Block> Blocks, IReadOnlyList<BlockTensor> Kept)
{
    /// <summary>d, the number of elements that count in the size.</summary>
    public long Length => Blocks.Sum(block => (long)block.Length) + KeptLength;

    /// <summary>The number of elements that each task keeps.</summary>
    public long KeptLength => Kept.Sum(tensor => (long)tensor.Length);
}
