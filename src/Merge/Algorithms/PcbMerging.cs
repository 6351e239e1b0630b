using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>What the ratio of PCB means.</summary>
public enum PcbRatio
{
    /// <summary>The share of scores that keep a weight, as in the original.</summary>
    Kept,

    /// <summary>The share of scores that lose it, as in FlexMerge's code.</summary>
    Dropped,
}

/// <summary>
/// PCB-merging (Du et al., arXiv:2410.02396): parameters compete within a task (their share of the magnitudes) and between tasks (agreement with the sum); the best scores become
/// weights of a weighted mean. Inside FlexMerge the scores are clamped to bounds found once from all tasks over the whole vector.
/// </summary>
/// <param name="Ratio">The ratio, in (0, 1]; default 0.1, with lambda 1.2 in the vision scripts 0.05.</param>
/// <param name="Lambda">The factor of the result.</param>
/// <param name="Meaning">What the ratio means.</param>
public sealed record PcbMerging(double Ratio = 0.1, double Lambda = 1.0, PcbRatio Meaning = PcbRatio.Kept) : IMergeAlgorithm
{
    private const double ClampShare = 1e-4;

    /// <summary>The ratio, in (0, 1].</summary>
    public double Ratio { get; } = Range.Share(Ratio, nameof(Ratio));

    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public string Name => "pcb";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { WorkingCopies = 3 };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        long length = tasks.Blocks.Sum(block => (long)block.Length);
        float[][] clamps = VectorPasses.SelectMagnitudes(tasks, [ClampLow(length), ClampHigh(length)], cancellationToken);
        return PcbBounds.Find(tasks, [.. clamps.Select(c => (c[0], c[1]))], LowerRank(length), cancellationToken);
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        int length = group.Length;
        float[] sum = Averaging.Sum(group);
        float[] weights = new float[length];
        float[] result = new float[length];
        PcbBounds? bounds = preparation as PcbBounds;
        // Rows are weighed several at once; they are added in the order of the tasks.
        int atOnce = Math.Max(1, Math.Min(group.Count, Environment.ProcessorCount));
        for (int start = 0; start < group.Count; start += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(atOnce, group.Count - start);
            (float[] Clamped, float[] Weight)[] rows = new (float[], float[])[count];
            Parallel.For(0, count, i => rows[i] = Weigh(group, start + i, sum, bounds));
            foreach ((float[] clamped, float[] weight) in rows)
            {
                TensorPrimitives.MultiplyAdd(clamped, weight, result, result);
                TensorPrimitives.Add(weights, weight, weights);
            }
        }
        for (int p = 0; p < length; p++)
        {
            result[p] = (float)(Lambda * (result[p] / MathF.Max(weights[p], 1e-12f)));
        }
        return new MergedBlock(result);
    }

    private (float[] Clamped, float[] Weight) Weigh(TaskGroup group, int task, float[] sum, PcbBounds? bounds)
    {
        ReadOnlySpan<float> values = group[task];
        int length = values.Length;
        float low = OrderedBits.SelectMagnitude(values, ClampLow(length));
        float high = OrderedBits.SelectMagnitude(values, ClampHigh(length));
        float[] clamped = new float[length];
        float[] scores = new float[length];
        PcbScores.Of(values, sum, group.Count, low, high, clamped, scores);
        (float lower, float upper) = bounds is null
            ? (OrderedBits.Select(scores, LowerRank(length)), TensorPrimitives.Max<float>(scores))
            : bounds.Of(group.Tasks[task]);
        TensorPrimitives.Min(scores, upper, scores);
        TensorPrimitives.Max(scores, lower, scores);
        if (lower > upper)
        {
            scores.AsSpan().Fill(upper);
        }
        (float smallest, float largest) = (TensorPrimitives.Min<float>(scores), TensorPrimitives.Max<float>(scores));
        if (largest > smallest)
        {
            TensorPrimitives.Subtract(scores, smallest, scores);
            TensorPrimitives.Divide(scores, largest - smallest, scores);
        }
        else
        {
            scores.AsSpan().Clear();
        }
        return (clamped, scores);
    }

    private static long ClampLow(long length) => (long)(length * ClampShare);

    private static long ClampHigh(long length) => Math.Max(0, (long)Math.Floor((length * (1 - ClampShare)) - 1));

    private long LowerRank(long length) => Math.Min(length - 1, (long)Math.Floor(length * (Meaning == PcbRatio.Kept ? 1 - Ratio : Ratio)));
}
