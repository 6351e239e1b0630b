using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>Keeps the values of a task's vector whose magnitudes lie between two bounds, found exactly by rank; over the whole vector or tensor by tensor.</summary>
internal sealed class MagnitudeTrimming : IPreparation
{
    private readonly float[]? _lowest; // task: the bound over the whole vector
    private readonly IReadOnlyDictionary<(string Tensor, long First), (float Low, float High, float Scale)[]>? _ofTensor; // task

    private MagnitudeTrimming(float[] lowest) => _lowest = lowest;

    private MagnitudeTrimming(IReadOnlyDictionary<(string, long), (float, float, float)[]> ofTensor) => _ofTensor = ofTensor;

    /// <summary>
    /// Over the whole vector the k-th smallest magnitude with k = d - floor(d K), at least 1, is the bound, and what equals it stays (as the TIES authors have it).
    /// Tensor by tensor the floor(d K) largest stay.
    /// </summary>
    public static IPreparation ToDensity(ITaskVectorSource source, double density, TrimScope scope, CancellationToken cancellationToken)
    {
        if (scope == TrimScope.Tensor)
        {
            return OfTensors(source, new Sparsification(density), cancellationToken);
        }
        long length = source.Blocks.Sum(block => (long)block.Length);
        long k = Math.Max(1, length - (long)(length * density));
        return new MagnitudeTrimming([.. VectorPasses.SelectMagnitudes(source, [k - 1], cancellationToken).Select(found => found[0])]);
    }

    /// <summary>Tensor by tensor, by the rules of a sparsification.</summary>
    public static IPreparation OfTensors(ITaskVectorSource source, Sparsification rules, CancellationToken cancellationToken)
    {
        Dictionary<(string, long), (float, float, float)[]> bounds = [];
        int[] tasks = [.. Enumerable.Range(0, source.Tasks.Count)];
        for (int block = 0; block < source.Blocks.Count; block++)
        {
            foreach (BlockTensor tensor in source.Blocks[block].Tensors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (float, float, float)[] found = new (float, float, float)[tasks.Length];
                float[] values = new float[tensor.Length];
                foreach (int task in tasks)
                {
                    source.Read(block, tensor.Offset, [task], [values], cancellationToken);
                    found[task] = rules.Bounds(values);
                }
                bounds[(tensor.Name, tensor.First)] = found;
            }
        }
        return new MagnitudeTrimming(bounds);
    }

    public void Apply(int task, Block block, int first, Span<float> values)
    {
        if (_lowest is not null)
        {
            Keep(values, _lowest[task], float.PositiveInfinity);
            return;
        }
        foreach (BlockTensor tensor in block.Tensors)
        {
            int from = Math.Max(first, tensor.Offset) - first;
            int to = Math.Min(first + values.Length, tensor.Offset + tensor.Length) - first;
            if (from < to)
            {
                (float low, float high, float scale) = _ofTensor![(tensor.Name, tensor.First)][task];
                Span<float> part = values[from..to];
                Keep(part, low, high);
                if (scale != 1)
                {
                    TensorPrimitives.Multiply(part, scale, part);
                }
            }
        }
    }

    public static void Keep(Span<float> values, float low, float high)
    {
        foreach (ref float value in values)
        {
            float magnitude = MathF.Abs(value);
            value = magnitude >= low && magnitude <= high ? value : 0;
        }
    }
}
