using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>What a group of tasks stores for a block.</summary>
/// <param name="Unified">The unified vector, added to the base.</param>
/// <param name="Masks">For each task, which elements it takes; null: all.</param>
/// <param name="Scalars">For each task, what the unified vector is multiplied by; null: 1.</param>
public sealed record MergedBlock(float[] Unified, IReadOnlyList<BitMask>? Masks = null, IReadOnlyList<float>? Scalars = null)
{
    /// <summary>Tensors that the algorithm could not treat its own way and averaged instead, with the reason.</summary>
    public IReadOnlyList<string> Averaged { get; init; } = [];

    /// <summary>The vector that a member of the group uses: scalar times mask times unified.</summary>
    /// <param name="member">Its place in the group.</param>
    /// <param name="into">Takes the vector.</param>
    public void Effective(int member, Span<float> into)
    {
        Unified.CopyTo(into);
        if (Scalars is not null)
        {
            TensorPrimitives.Multiply(into, Scalars[member], into);
        }
        Masks?[member].Apply(into);
    }
}
