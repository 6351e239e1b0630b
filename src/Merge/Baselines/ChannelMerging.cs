using System.Globalization;
using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>
/// Channel Merging as the FlexMerge authors compare with it (arXiv:2505.23209, baselines): k-means with cosine distance on the task vectors of each part, each of k clusters merged. The original
/// (Zhang et al., arXiv:2412.15283) clusters every channel, the authors' baseline every tensor; a division into tensors gives the one, into slices of single rows the other.
/// </summary>
public static class ChannelMerging
{
    private const int MaximumIterations = 100;
    private const double Tolerance = 1e-4;

    /// <summary>Partitions every block into k clusters; the size is exactly k models.</summary>
    /// <param name="vectors">The vectors; its blocks are the parts that are clustered.</param>
    /// <param name="k">The number of clusters, in [1, M].</param>
    /// <param name="seed">The seed of the first centres.</param>
    /// <param name="ct">Cancels.</param>
    public static Partition Clusters(TaskVectors vectors, int k, int seed = 42, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, vectors.Tasks.Count);
        IReadOnlyList<IReadOnlyList<int>>[] groups = new IReadOnlyList<IReadOnlyList<int>>[vectors.Blocks.Count];
        Parallel.For(
            0,
            groups.Length,
            new ParallelOptions { CancellationToken = ct },
            block =>
            {
                RandomStream stream = RandomStream.Named(
                    "channel-merging",
                    seed.ToString(CultureInfo.InvariantCulture),
                    k.ToString(CultureInfo.InvariantCulture),
                    vectors.Blocks[block].Name
                );
                groups[block] = Cluster([.. Enumerable.Range(0, vectors.Tasks.Count).Select(task => vectors.Of(task, block))], k, stream);
            }
        );
        return new Partition(groups);
    }

    private static IReadOnlyList<IReadOnlyList<int>> Cluster(ReadOnlyMemory<float>[] vectors, int k, RandomStream stream)
    {
        float[][] points = [.. vectors.Select(vector => Unit(vector.ToArray()))];
        float[][] centres = FirstCentres(points, k, stream);
        int[] nearest = new int[points.Length];
        for (int iteration = 0; iteration < MaximumIterations; iteration++)
        {
            for (int i = 0; i < points.Length; i++)
            {
                nearest[i] = Nearest(points[i], centres).Centre;
            }
            double shift = 0;
            for (int centre = 0; centre < k; centre++)
            {
                int[] members = [.. Enumerable.Range(0, points.Length).Where(i => nearest[i] == centre)];
                float[] moved = new float[points[0].Length];
                foreach (int member in members)
                {
                    TensorPrimitives.Add(moved, points[member], moved);
                }
                moved = members.Length == 0 ? [.. points[stream.NextInt(points.Length)]] : Unit(moved);
                double distance = moved.Length == 0 ? 0 : TensorPrimitives.Distance<float>(moved, centres[centre]);
                shift += distance * distance;
                centres[centre] = moved;
            }
            if (Math.Sqrt(shift) < Tolerance)
            {
                break;
            }
        }
        for (int i = 0; i < points.Length; i++)
        {
            nearest[i] = Nearest(points[i], centres).Centre;
        }
        FillEmpty(points, centres, nearest);
        return Partition.Sorted(
            Enumerable
                .Range(0, k)
                .Select(centre => (IReadOnlyList<int>)[.. Enumerable.Range(0, points.Length).Where(i => nearest[i] == centre)])
        );
    }

    // The size is exactly k: a cluster that ends empty takes the point farthest from its centre among clusters of two or more.
    private static void FillEmpty(float[][] points, float[][] centres, int[] nearest)
    {
        for (int centre = 0; centre < centres.Length; centre++)
        {
            if (!nearest.Contains(centre))
            {
                int far = Enumerable
                    .Range(0, points.Length)
                    .Where(i => nearest.Count(n => n == nearest[i]) > 1)
                    .MaxBy(i => Distance(points[i], centres[nearest[i]]));
                nearest[far] = centre;
            }
        }
    }

    private static float[][] FirstCentres(float[][] points, int k, RandomStream stream)
    {
        List<float[]> centres = [points[stream.NextInt(points.Length)]];
        while (centres.Count < k)
        {
            double[] weights = [.. points.Select(point => Math.Pow(Nearest(point, centres).Distance, 2))];
            centres.Add(points[weights.Sum() > 0 ? stream.Choice(weights) : stream.NextInt(points.Length)]);
        }
        return [.. centres];
    }

    private static (int Centre, double Distance) Nearest(float[] point, IReadOnlyList<float[]> centres)
    {
        (int best, double least) = (0, double.PositiveInfinity);
        for (int centre = 0; centre < centres.Count; centre++)
        {
            double distance = Distance(point, centres[centre]);
            if (distance < least)
            {
                (best, least) = (centre, distance);
            }
        }
        return (best, least);
    }

    private static double Distance(float[] a, float[] b) => a.Length == 0 ? 0 : Math.Max(0, 1 - TensorPrimitives.Dot<float>(a, b));

    private static float[] Unit(float[] vector)
    {
        float norm = vector.Length == 0 ? 0 : TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }
        return vector;
    }
}
