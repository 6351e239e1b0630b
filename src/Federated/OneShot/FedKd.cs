using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// FedKD (Gong et al., AAAI 2022; code gong-xuan/FedKD): the teacher is the sum over clients of logits times their share of the rows of each class; a student learns it by the absolute
/// difference of logits on public rows without labels, with Adam at 0.001 and batches of 512.
/// </summary>
/// <param name="options">How the student learns; FedKD's if null.</param>
/// <param name="quantize">Whether the teacher's logits are cut to hundredths of the largest one, as its option does.</param>
/// <param name="laplaceScale">The scale of Laplace noise on the teacher's logits; 0: none.</param>
public sealed class FedKd(DistillationOptions? options = null, bool quantize = false, double laplaceScale = 0)
{
    /// <summary>FedKD's settings: absolute differences, Adam 0.001, batch 512.</summary>
    public static DistillationOptions Defaults { get; } =
        new()
        {
            Loss = DistillationLoss.AbsoluteLogits,
            BatchSize = 512,
            Steps = 20_000,
        };

    /// <summary>The student.</summary>
    /// <param name="student">Its model.</param>
    /// <param name="parameters">Its first parameters; changed.</param>
    /// <param name="z">All clients' logits on the public rows.</param>
    /// <param name="labelCounts">The rows of each class in each client's training part.</param>
    /// <param name="publicRows">The public rows; labels are not looked at.</param>
    /// <param name="random">Decides batches and noise.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    public ParameterVector Train(
        FlatClientModel student,
        ParameterVector parameters,
        LogitTable z,
        IReadOnlyList<IReadOnlyList<int>> labelCounts,
        LabeledData publicRows,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(random);
        var mean = new WeightedAverageAggregator().Create(new EnsembleStatistics(z.Clients, z.Outputs, labelCounts, [])).Predict(z);
        System.Numerics.Tensors.TensorPrimitives.Multiply(mean, z.Clients, mean); // the sum, not the mean
        if (quantize)
        {
            Quantize(mean);
        }
        if (laplaceScale > 0)
        {
            var noise = random.Split("noise");
            foreach (ref var value in mean.AsSpan())
            {
                var u = noise.NextDoubleOpen() - 0.5;
                value -= (float)(laplaceScale * Math.Sign(u) * Math.Log(1 - 2 * Math.Abs(u)));
            }
        }
        return new Distiller(options ?? Defaults).Teach(student, parameters, publicRows, mean, random.Split("batches"), cancellationToken);
    }

    /// <summary>
    /// trunc(100 v / max|v| + 0.5) in hundredths of the largest magnitude: cut towards zero, so negative values come out too large (-3.2 becomes -2). Kept as published.
    /// </summary>
    internal static void Quantize(Span<float> values)
    {
        var largest = Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(values));
        if (largest == 0)
        {
            return;
        }
        foreach (ref var value in values)
        {
            value = MathF.Truncate(100 * value / largest + 0.5f) * largest / 100;
        }
    }
}
