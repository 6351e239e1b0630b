using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>For each task the bounds of its scores over the whole vector, with all tasks competing.</summary>
internal sealed class PcbBounds : IPreparation
{
    private readonly (float Lower, float Upper)[] _bounds;

    private PcbBounds((float, float)[] bounds) => _bounds = bounds;

    public (float Lower, float Upper) Of(int task) => _bounds[task];

    public void Apply(int task, Block block, int first, Span<float> values)
    {
        // Bounds change no value: they are used when a group is merged.
    }

    public static PcbBounds Find(
        ITaskVectorSource source,
        (float Low, float High)[] clamps,
        long lowerRank,
        CancellationToken cancellationToken
    )
    {
        int tasks = source.Tasks.Count;
        long[][] upperBins = [.. Enumerable.Range(0, tasks).Select(_ => new long[OrderedBits.Bins])];
        float[] largest = [.. Enumerable.Repeat(float.NegativeInfinity, tasks)];
        VisitScores(
            source,
            clamps,
            (task, scores) =>
            {
                OrderedBits.Count(scores.Span, upperBins[task]);
                largest[task] = MathF.Max(largest[task], TensorPrimitives.Max<float>(scores.Span));
            },
            cancellationToken
        );
        (uint Bin, long Rank)[] found = [.. upperBins.Select(bins => OrderedBits.Find(bins, lowerRank))];
        long[][] lowerBins = [.. Enumerable.Range(0, tasks).Select(_ => new long[OrderedBits.Bins])];
        VisitScores(
            source,
            clamps,
            (task, scores) => OrderedBits.CountIn(scores.Span, found[task].Bin, lowerBins[task]),
            cancellationToken
        );
        return new PcbBounds([
            .. Enumerable
                .Range(0, tasks)
                .Select(task =>
                    (OrderedBits.ToSingle((found[task].Bin << 16) | OrderedBits.Find(lowerBins[task], found[task].Rank).Bin), largest[task])
                ),
        ]);
    }

    private static void VisitScores(
        ITaskVectorSource source,
        (float Low, float High)[] clamps,
        Action<int, ReadOnlyMemory<float>> visit,
        CancellationToken cancellationToken
    )
    {
        float[] sum = new float[VectorPasses.ChunkElements];
        float[][] clamped = [.. clamps.Select(_ => new float[VectorPasses.ChunkElements])];
        float[][] scores = [.. clamps.Select(_ => new float[VectorPasses.ChunkElements])];
        VectorPasses.Visit(
            source,
            (_, _, chunk) =>
            {
                int count = chunk[0].Length;
                chunk[0].Span.CopyTo(sum);
                for (int task = 1; task < chunk.Length; task++)
                {
                    TensorPrimitives.Add(sum.AsSpan(0, count), chunk[task].Span, sum.AsSpan(0, count));
                }
                Parallel.For(
                    0,
                    chunk.Length,
                    task =>
                    {
                        PcbScores.Of(
                            chunk[task].Span,
                            sum.AsSpan(0, count),
                            chunk.Length,
                            clamps[task].Low,
                            clamps[task].High,
                            clamped[task].AsSpan(0, count),
                            scores[task].AsSpan(0, count)
                        );
                        visit(task, scores[task].AsMemory(0, count));
                    }
                );
            },
            cancellationToken
        );
    }
}
