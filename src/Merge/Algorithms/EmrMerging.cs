using System.Numerics;
using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>
/// EMR-merging (Huang et al., arXiv:2405.17461): elect the sign of the mean, unify the largest magnitudes of that sign, and give each task a mask of where its sign agrees
/// and a scalar that keeps its mean magnitude (means tensor by tensor, summed over the tensors of the block).
/// </summary>
public sealed record EmrMerging : IMergeAlgorithm
{
    /// <inheritdoc/>
    public string Name => "emr";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { StoresMasks = true };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] unified = new float[group.Length];
        BitMask[] masks = [.. group.Tasks.Select(_ => new BitMask(group.Length))];
        Tiles.Visit(group.Length, (from, count) => Tile(group, from, count, unified, masks));
        float[] scalars = new float[group.Count];
        Parallel.For(0, group.Count, task => scalars[task] = Rescaler(group, task, unified));
        return new MergedBlock(unified, masks, scalars);
    }

    private static void Tile(TaskGroup group, int from, int count, float[] unified, BitMask[] masks)
    {
        Span<float> signs = stackalloc float[Tiles.Elements];
        signs = signs[..count];
        signs.Clear();
        for (int task = 0; task < group.Count; task++)
        {
            TensorPrimitives.Add(signs, group[task].Slice(from, count), signs);
        }
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= count - width; i += width)
        {
            Vector
                .ConditionalSelect(
                    Vector.GreaterThan(new Vector<float>(signs[i..]), Vector<float>.Zero),
                    Vector<float>.One,
                    -Vector<float>.One
                )
                .CopyTo(signs[i..]);
        }
        for (; i < count; i++)
        {
            signs[i] = signs[i] > 0 ? 1 : -1;
        }
        Span<float> most = unified.AsSpan(from, count);
        for (int task = 0; task < group.Count; task++)
        {
            ReadOnlySpan<float> values = group[task].Slice(from, count);
            SignMask.Set(masks[task], from, values, signs);
            // Where the sign agrees, the product with it is the magnitude; elsewhere it is not positive.
            i = 0;
            for (; i <= count - width; i += width)
            {
                Vector.Max(new Vector<float>(most[i..]), new Vector<float>(values[i..]) * new Vector<float>(signs[i..])).CopyTo(most[i..]);
            }
            for (; i < count; i++)
            {
                most[i] = MathF.Max(most[i], values[i] * signs[i]);
            }
        }
        TensorPrimitives.Multiply(most, signs, most);
    }

    private static float Rescaler(TaskGroup group, int task, float[] unified)
    {
        (double own, double shared) = (0, 0);
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.Length > 0))
        {
            (double magnitudes, double taken) = Magnitudes(
                group[task].Slice(tensor.Offset, tensor.Length),
                unified.AsSpan(tensor.Offset, tensor.Length)
            );
            own += magnitudes / tensor.Length;
            shared += taken / tensor.Length;
        }
        return shared == 0 ? 0 : (float)(own / shared);
    }

    // Where both have one sign, the task's mask is on: their product says so, unless it underflows; signs are compared instead.
    private static (double Own, double Taken) Magnitudes(ReadOnlySpan<float> values, ReadOnlySpan<float> unified)
    {
        (double own, double taken) = (0, 0);
        int width = Vector<float>.Count;
        for (int start = 0; start < values.Length; start += 4096)
        {
            int end = Math.Min(values.Length, start + 4096);
            (Vector<float> a, Vector<float> b) = (Vector<float>.Zero, Vector<float>.Zero);
            int i = start;
            for (; i <= end - width; i += width)
            {
                Vector<float> value = new(values[i..]);
                Vector<float> shared = new(unified[i..]);
                Vector<int> same =
                    (Vector.GreaterThan(value, Vector<float>.Zero) & Vector.GreaterThan(shared, Vector<float>.Zero))
                    | (Vector.LessThan(value, Vector<float>.Zero) & Vector.LessThan(shared, Vector<float>.Zero));
                a += Vector.Abs(value);
                b += Vector.ConditionalSelect(same, Vector.Abs(shared), Vector<float>.Zero);
            }
            own += Vector.Sum(a);
            taken += Vector.Sum(b);
            for (; i < end; i++)
            {
                own += MathF.Abs(values[i]);
                taken += (values[i] > 0 && unified[i] > 0) || (values[i] < 0 && unified[i] < 0) ? MathF.Abs(unified[i]) : 0;
            }
        }
        return (own, taken);
    }
}
