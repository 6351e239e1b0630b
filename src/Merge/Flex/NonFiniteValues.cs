namespace ResearchKit.Merge;

/// <summary>Says where values that are not finite stand.</summary>
internal static class NonFiniteValues
{
    /// <summary>Throws with the tensor, the first index and the count; the base is looked at first, since its values reach every task.</summary>
    public static void Throw(ITaskVectorSource source, int block, int task, CancellationToken cancellationToken)
    {
        Block place = source.Blocks[block];
        float[] values = new float[place.Length];
        source.ReadBase(block, 0, values, cancellationToken);
        Check("the base", place, values);
        source.Read(block, 0, [task], [values], cancellationToken);
        Check($"task \"{source.Tasks[task]}\"", place, values);
        throw new ResearchKitException(
            MergeErrors.NonFinite,
            $"The values of task \"{source.Tasks[task]}\" in block \"{place.Name}\" are too large: their squares overflow.",
            "Correct the checkpoint, or leave the task out."
        );
    }

    private static void Check(string owner, Block block, float[] values)
    {
        foreach (BlockTensor tensor in block.Tensors)
        {
            Span<float> part = values.AsSpan(tensor.Offset, tensor.Length);
            int first = -1;
            int count = 0;
            for (int i = 0; i < part.Length; i++)
            {
                if (!float.IsFinite(part[i]))
                {
                    first = first < 0 ? i : first;
                    count++;
                }
            }
            if (count > 0)
            {
                throw new ResearchKitException(
                    MergeErrors.NonFinite,
                    $"Tensor \"{tensor.Name}\" of {owner} holds {count} values that are not finite, the first at index {tensor.First + first}.",
                    "Correct the checkpoint, or leave the task out."
                );
            }
        }
    }
}
