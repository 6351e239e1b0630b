namespace ResearchKit.Merge;

/// <summary>
/// A block of a network: the tensors that are merged, or kept apart, together (arXiv:2505.23209, section 3). Its vector is their elements, concatenated in ordinal
/// order of the names.
/// </summary>
public sealed class Block
{
    /// <summary>A block of some tensors.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensors">Its tensors with their shapes, in any order; whole, or slices from an element on.</param>
    /// <exception cref="ArgumentException">There is no tensor, a shape is negative, or the block has more than 2^31 - 57 elements.</exception>
    public Block(string name, IEnumerable<(string Name, IReadOnlyList<long> Shape, long First)> tensors)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(tensors);
        Name = name;
        List<BlockTensor> parts = [];
        long offset = 0;
        foreach (
            (string tensor, IReadOnlyList<long> shape, long first) in tensors
                .OrderBy(t => t.Name, StringComparer.Ordinal)
                .ThenBy(t => t.First)
        )
        {
            if (shape.Any(axis => axis < 0))
            {
                throw new ArgumentException($"Tensor \"{tensor}\" has the shape [{string.Join(", ", shape)}].", nameof(tensors));
            }
            long length = shape.Aggregate(1L, (product, axis) => checked(product * axis));
            if (offset + length > Array.MaxLength)
            {
                throw new ArgumentException(
                    $"Block \"{name}\" has more than {Array.MaxLength} elements; choose a finer granularity (Tensor or Slice).",
                    nameof(tensors)
                );
            }
            parts.Add(new BlockTensor(tensor, shape, first, (int)offset, (int)length));
            offset += length;
        }
        if (parts.Count == 0)
        {
            throw new ArgumentException($"Block \"{name}\" has no tensor.", nameof(tensors));
        }
        Tensors = parts;
        Length = (int)offset;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its tensors, in the order of the vector.</summary>
    public IReadOnlyList<BlockTensor> Tensors { get; }

    /// <summary>d_b, the number of its elements.</summary>
    public int Length { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
