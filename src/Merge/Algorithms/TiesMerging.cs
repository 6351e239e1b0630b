using System.Numerics;

namespace ResearchKit.Merge;

/// <summary>Over what the smallest values are trimmed.</summary>
public enum TrimScope
{
    /// <summary>A task's whole vector.</summary>
    Model,

    /// <summary>Each tensor by itself.</summary>
    Tensor,
}

/// <summary>How the values that agree with the elected sign become one.</summary>
public enum DisjointMerge
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest magnitude.</summary>
    Maximum,
}

/// <summary>
/// TIES-merging (Yadav et al., arXiv:2306.01708): trim each task vector to its largest values, elect a sign for each parameter by the sum over tasks, and take
/// the mean of the values that have this sign. A sum of zero takes the sign of the majority of signs over the block, plus where these balance.
/// </summary>
/// <param name="Density">K, the share of values kept, in (0, 1]; default 0.2.</param>
/// <param name="Lambda">The factor of the result.</param>
/// <param name="Scope">Over what is trimmed: once over the whole vector (as in arXiv:2505.23209), or each tensor by itself.</param>
/// <param name="Function">Mean, sum or maximum of the values that agree.</param>
public sealed record TiesMerging(
    double Density = 0.2,
    double Lambda = 1.0,
    TrimScope Scope = TrimScope.Model,
    DisjointMerge Function = DisjointMerge.Mean
) : IMergeAlgorithm
{
    /// <summary>K, in (0, 1].</summary>
    public double Density { get; } = Range.Share(Density, nameof(Density));

    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public string Name => "ties";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { SelectsPrepared = true };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken ct) =>
        Density == 1 ? null : MagnitudeTrimming.ToDensity(tasks, Density, Scope, ct);

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] result = new float[group.Length];
        object gate = new();
        (long balance, List<int> undecided) = (0, []);
        Tiles.Visit(
            group.Length,
            (from, count) =>
            {
                (int signs, List<int>? zeros) = MergeTile(group, from, count, result);
                lock (gate)
                {
                    balance += signs;
                    undecided.AddRange(zeros ?? []);
                }
            }
        );
        float majority = balance < 0 ? -1 : 1;
        foreach (int p in undecided)
        {
            result[p] = Disjoint(group, p, majority);
        }
        return new MergedBlock(result);
    }

    // The sums over tasks of a tile stay in the first-level cache between the two sweeps.
    private (int Signs, List<int>? Zeros) MergeTile(TaskGroup group, int from, int count, float[] result)
    {
        Span<float> sums = stackalloc float[Tiles.Elements];
        sums = sums[..count];
        sums.Clear();
        int width = Vector<float>.Count;
        for (int task = 0; task < group.Count; task++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sums, group[task].Slice(from, count), sums);
        }
        Span<float> merged = result.AsSpan(from, count);
        Span<float> counts = stackalloc float[Tiles.Elements];
        counts = counts[..count];
        counts.Clear();
        for (int task = 0; task < group.Count; task++)
        {
            ReadOnlySpan<float> values = group[task].Slice(from, count);
            int i = 0;
            for (; i <= count - width; i += width)
            {
                Vector<float> value = new(values[i..]);
                Vector<float> sum = new(sums[i..]);
                Vector<float> total = new(merged[i..]);
                Vector<int> agrees = Vector.GreaterThan(value * Sign(sum), Vector<float>.Zero);
                Vector<float> kept = Vector.ConditionalSelect(agrees, value, Vector<float>.Zero);
                total = Function == DisjointMerge.Maximum ? Vector.Max(total, Vector.Abs(kept)) : total + kept;
                total.CopyTo(merged[i..]);
                (new Vector<float>(counts[i..]) + Vector.ConditionalSelect(agrees, Vector<float>.One, Vector<float>.Zero)).CopyTo(
                    counts[i..]
                );
            }
            for (; i < count; i++)
            {
                if (values[i] * MathF.Sign(sums[i]) > 0)
                {
                    merged[i] = Function == DisjointMerge.Maximum ? MathF.Max(merged[i], MathF.Abs(values[i])) : merged[i] + values[i];
                    counts[i]++;
                }
            }
        }
        return Finish(sums, counts, merged, from);
    }

    private (int Signs, List<int>? Zeros) Finish(Span<float> sums, Span<float> counts, Span<float> merged, int from)
    {
        int signs = 0;
        List<int>? zeros = null;
        float lambda = (float)Lambda;
        for (int i = 0; i < sums.Length; i++)
        {
            int sign = MathF.Sign(sums[i]);
            signs += sign;
            if (sign == 0)
            {
                (zeros ??= []).Add(from + i);
            }
            float value = Function switch
            {
                DisjointMerge.Mean => counts[i] > 1 ? merged[i] / counts[i] : merged[i],
                DisjointMerge.Sum => merged[i],
                _ => sign * merged[i],
            };
            merged[i] = lambda == 1 ? value : lambda * value;
        }
        return (signs, zeros);
    }

    private float Disjoint(TaskGroup group, int position, float sign)
    {
        (float sum, int count, float most) = (0, 0, 0);
        for (int task = 0; task < group.Count; task++)
        {
            float value = group[task][position];
            if (value * sign > 0)
            {
                (sum, count, most) = (sum + value, count + 1, MathF.Max(most, MathF.Abs(value)));
            }
        }
        float merged = Function switch
        {
            DisjointMerge.Mean => count == 0 ? 0 : sum / count,
            DisjointMerge.Sum => sum,
            _ => sign * most,
        };
        return (float)Lambda * merged;
    }

    private static Vector<float> Sign(Vector<float> sum) =>
        Vector.ConditionalSelect(
            Vector.GreaterThan(sum, Vector<float>.Zero),
            Vector<float>.One,
            Vector.ConditionalSelect(Vector.LessThan(sum, Vector<float>.Zero), -Vector<float>.One, Vector<float>.Zero)
        );
}
