namespace ResearchKit.Merge;

/// <summary>A tensor, or a slice of one along its first dimension, as a part of a block's vector.</summary>
/// <param name="Name">The tensor's name in the checkpoints.</param>
/// <param name="Shape">The shape of the part.</param>
/// <param name="First">Where the part begins inside the tensor, in elements; 0 for a whole tensor.</param>
/// <param name="Offset">Where the part begins inside the block's vector, in elements.</param>
/// <param name="Length">The number of elements.</param>
public sealed record BlockTensor(string Name, IReadOnlyList<long> Shape, long First, int Offset, int Length)
{
    /// <summary>Whether the part is a matrix, so that algorithms that work on singular values apply.</summary>
    public bool IsMatrix => Shape.Count == 2 && Shape[0] > 0 && Shape[1] > 0;
}
