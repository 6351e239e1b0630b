using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>
/// The mean of any number of models on the sphere (Karcher 1977; as mergekit has it), tensor by tensor on the weights: the unit vector in whose tangent space the others balance, times
/// the mean of the norms.
/// </summary>
/// <param name="Iterations">At most as many, at least 1; default 10.</param>
/// <param name="Tolerance">Where the step is shorter, the iteration ends; default 1e-5.</param>
public sealed record KarcherMean(int Iterations = 10, double Tolerance = 1e-5) : IMergeAlgorithm
{
    /// <summary>At most as many, at least 1.</summary>
    public int Iterations { get; } = (int)Range.Within(Iterations, 1, 100_000, nameof(Iterations));

    /// <summary>The tolerance, above 0.</summary>
    public double Tolerance { get; } = Range.Within(Tolerance, double.Epsilon, 1, nameof(Tolerance));

    /// <inheritdoc/>
    public string Name => "karcher";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { WorkingCopies = 3 };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] result = new float[group.Length];
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.Length > 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> start = group.Base.Slice(tensor.Offset, tensor.Length);
            double[][] units = new double[group.Count][];
            double scale = 0;
            for (int task = 0; task < group.Count; task++)
            {
                double[] weights = new double[tensor.Length];
                for (int i = 0; i < weights.Length; i++)
                {
                    weights[i] = start[i] + group[task][tensor.Offset + i];
                }
                double norm = TensorPrimitives.Norm<double>(weights);
                scale += norm / group.Count;
                units[task] = norm > Tolerance ? weights : [];
                TensorPrimitives.Divide(units[task], norm, units[task]);
            }
            double[] mean = Mean([.. units.Where(unit => unit.Length > 0)], tensor.Length);
            for (int i = 0; i < mean.Length; i++)
            {
                result[tensor.Offset + i] = (float)((scale * mean[i]) - start[i]);
            }
        }
        return new MergedBlock(result);
    }

    private double[] Mean(double[][] units, int length)
    {
        double[] mean = new double[length];
        if (units.Length == 0)
        {
            return mean;
        }
        foreach (double[] unit in units)
        {
            TensorPrimitives.MultiplyAdd(unit, 1.0 / units.Length, mean, mean);
        }
        double norm = TensorPrimitives.Norm<double>(mean);
        mean = norm < Tolerance ? [.. units[0]] : mean;
        TensorPrimitives.Divide(mean, norm < Tolerance ? 1 : norm, mean);
        double[] tangent = new double[length];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(tangent);
            foreach (double[] unit in units)
            {
                double cosine = Math.Clamp(TensorPrimitives.Dot<double>(mean, unit), -1, 1);
                double angle = Math.Acos(cosine);
                if (angle < Tolerance)
                {
                    continue;
                }
                double weight = angle / Math.Sin(angle) / units.Length;
                for (int i = 0; i < length; i++)
                {
                    tangent[i] += weight * (unit[i] - (cosine * mean[i]));
                }
            }
            double step = TensorPrimitives.Norm<double>(tangent);
            if (step < Tolerance)
            {
                break;
            }
            for (int i = 0; i < length; i++)
            {
                mean[i] = (Math.Cos(step) * mean[i]) + (Math.Sin(step) * tangent[i] / step);
            }
            TensorPrimitives.Divide(mean, TensorPrimitives.Norm<double>(mean), mean);
        }
        return mean;
    }
}
