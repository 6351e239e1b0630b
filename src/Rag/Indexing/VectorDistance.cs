using System.Numerics.Tensors;

namespace ResearchKit.Rag;

/// <summary>Distances of single pairs of vectors.</summary>
public static class VectorDistance
{
    /// <summary>The distance by a metric: smaller is nearer.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="a">A vector.</param>
    /// <param name="b">Another, of the same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Of(VectorMetric metric, ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        metric switch
        {
            VectorMetric.Euclidean => TensorPrimitives.Distance(a, b),
            VectorMetric.Cosine => 1 - TensorPrimitives.CosineSimilarity(a, b),
            _ => 1 - TensorPrimitives.Dot(a, b),
        };

    /// <summary>The score a store with this metric gives: a distance (Euclidean), else a similarity.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="distance">The distance by it.</param>
    public static float ScoreOf(VectorMetric metric, float distance) => metric == VectorMetric.Euclidean ? distance : 1 - distance;

    /// <summary>
    /// A distance for which the triangle inequality holds: Euclidean as it is; the cosine distance c as sqrt(2c), the L2 distance of the vectors scaled to length 1. Null for inner
    /// products, which have none.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="distance">The distance by it.</param>
    public static double? AsMetric(VectorMetric metric, double distance) =>
        metric switch
        {
            VectorMetric.Euclidean => distance,
            VectorMetric.Cosine => Math.Sqrt(2 * Math.Max(0, distance)),
            _ => null,
        };
}
