using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// Lloyd's k-means with k-means++ seeding (Arthur and Vassilvitskii 2007), by which the Wikipedia sources of RAGRoute are cut out of one corpus. Deterministic for a stream, whatever the
/// number of threads.
/// </summary>
public static class KMeans
{
    /// <summary>Clusters vectors.</summary>
    /// <param name="vectors">The vectors, of one length; at least k.</param>
    /// <param name="k">The number of clusters, at least 1.</param>
    /// <param name="random">Draws the first centres.</param>
    /// <param name="iterations">How often vectors are dealt out anew at most; it ends when none moves. Default 25.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The cluster of each vector. A cluster that loses all its vectors keeps its centre.</returns>
    /// <exception cref="ArgumentException">There are fewer vectors than clusters.</exception>
    public static int[] Cluster(
        IReadOnlyList<float[]> vectors,
        int k,
        RandomStream random,
        int iterations = 25,
        int threads = 1,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (vectors.Count < k)
        {
            throw new ArgumentException($"{vectors.Count} vectors make no {k} clusters.", nameof(vectors));
        }
        float[][] centres = Seed(vectors, k, random, cancellationToken);
        int[] cluster = new int[vectors.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            int moved = 0;
            Parallel.For(
                0,
                (vectors.Count + 1023) / 1024,
                parallel,
                part =>
                {
                    int own = 0;
                    for (int i = part * 1024; i < Math.Min(vectors.Count, (part + 1) * 1024); i++)
                    {
                        int nearest = Nearest(centres, vectors[i]);
                        own += nearest == cluster[i] && iteration > 0 ? 0 : 1;
                        cluster[i] = nearest;
                    }
                    Interlocked.Add(ref moved, own);
                }
            );
            if (moved == 0)
            {
                break;
            }
            Recentre(vectors, cluster, centres);
        }
        return cluster;
    }

    private static float[][] Seed(IReadOnlyList<float[]> vectors, int k, RandomStream random, CancellationToken cancellationToken)
    {
        float[][] centres = new float[k][];
        centres[0] = [.. vectors[random.NextInt(vectors.Count)]];
        double[] distances = new double[vectors.Count];
        Array.Fill(distances, double.PositiveInfinity);
        for (int c = 1; c < k; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < distances.Length; i++)
            {
                double d = VectorDistance.Of(VectorMetric.Euclidean, vectors[i], centres[c - 1]);
                distances[i] = Math.Min(distances[i], d * d);
            }
            // All vectors equal to a centre: any will do.
            centres[c] = [.. vectors[distances.Sum() > 0 ? random.Choice(distances) : random.NextInt(vectors.Count)]];
        }
        return centres;
    }

    private static int Nearest(float[][] centres, float[] vector)
    {
        (int nearest, float best) = (0, float.PositiveInfinity);
        for (int c = 0; c < centres.Length; c++)
        {
            float distance = VectorDistance.Of(VectorMetric.Euclidean, centres[c], vector);
            (nearest, best) = distance < best ? (c, distance) : (nearest, best);
        }
        return nearest;
    }

    private static void Recentre(IReadOnlyList<float[]> vectors, int[] cluster, float[][] centres)
    {
        double[][] sums = [.. centres.Select(c => new double[c.Length])];
        int[] counts = new int[centres.Length];
        for (int i = 0; i < cluster.Length; i++)
        {
            double[] sum = sums[cluster[i]];
            counts[cluster[i]]++;
            for (int j = 0; j < sum.Length; j++)
            {
                sum[j] += vectors[i][j];
            }
        }
        for (int c = 0; c < centres.Length; c++)
        {
            for (int j = 0; j < centres[c].Length && counts[c] > 0; j++)
            {
                centres[c][j] = (float)(sums[c][j] / counts[c]);
            }
        }
    }
}
