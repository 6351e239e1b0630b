using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>
/// SCE (Wan et al., arXiv:2408.07990; as mergekit has it): select the parameters that vary most over tasks, weigh tasks by their mean squares, erase what is against the sign of the sum. Tensor by tensor.
/// </summary>
/// <param name="TopShare">The share of parameters of largest variance that are merged, in (0, 1]; default 1.</param>
public sealed record SceMerging(double TopShare = 1.0) : IMergeAlgorithm
{
    /// <summary>The share, in (0, 1].</summary>
    public double TopShare { get; } = Range.Share(TopShare, nameof(TopShare));

    /// <inheritdoc/>
    public string Name => "sce";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { WorkingCopies = 2 };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] result = new float[group.Length];
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.Length > 0))
        {
            ct.ThrowIfCancellationRequested();
            float[][] values =
            [
                .. Enumerable.Range(0, group.Count).Select(task => group[task].Slice(tensor.Offset, tensor.Length).ToArray()),
            ];
            Select(values);
            double[] squares = [.. values.Select(v => (double)TensorPrimitives.SumOfSquares<float>(v) / v.Length)];
            double total = squares.Sum();
            double[] weights = [.. squares.Select(square => Math.Abs(total) < 1e-6 ? 1.0 / squares.Length : square / total)];
            for (int p = 0; p < tensor.Length; p++)
            {
                float sign = values.Sum(v => v[p]) >= 0 ? 1 : -1;
                (double sum, double weight) = (0, 0);
                for (int task = 0; task < values.Length; task++)
                {
                    if (MathF.Sign(values[task][p]) == sign)
                    {
                        sum += weights[task] * values[task][p];
                        weight += weights[task];
                    }
                }
                result[tensor.Offset + p] = (float)(sum / Math.Max(weight, 1e-6));
            }
        }
        return new MergedBlock(result);
    }

    private void Select(float[][] values)
    {
        if (TopShare == 1)
        {
            return;
        }
        float[] variance = new float[values[0].Length];
        for (int p = 0; p < variance.Length; p++)
        {
            double mean = values.Average(v => (double)v[p]);
            variance[p] = (float)values.Average(v => (v[p] - mean) * (v[p] - mean));
        }
        int kept = (int)(variance.Count(v => v != 0) * TopShare);
        float edge = kept == 0 ? float.PositiveInfinity : OrderedBits.SelectMagnitude(variance, variance.Length - kept);
        for (int p = 0; p < variance.Length; p++)
        {
            if (variance[p] < edge)
            {
                foreach (float[] task in values)
                {
                    task[p] = 0;
                }
            }
        }
    }
}
