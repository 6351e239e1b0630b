using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// What a node looks like without its id: the histogram of its neighbours' degrees in logarithmic buckets, and the sum of its neighbours' histograms, both with
/// square roots taken, so that a change of a frequent bucket counts for less.
/// </summary>
internal sealed class NodeFeatures
{
    public const int Buckets = 48;
    public const int Length = 2 * Buckets;

    private readonly double[] values;

    public NodeFeatures(Graph graph)
    {
        int nodes = graph.NodeCount;
        int[] bucketOf = new int[nodes];
        for (int node = 0; node < nodes; node++)
        {
            bucketOf[node] = Math.Min(Buckets - 1, (int)Math.Floor(4 * Math.Log2(graph.Degree(node) + 1)));
        }
        double[] histograms = new double[(long)nodes * Buckets];
        for (int node = 0; node < nodes; node++)
        {
            foreach (int neighbour in graph.Neighbours(node))
            {
                histograms[(node * Buckets) + bucketOf[neighbour]]++;
            }
        }
        values = new double[(long)nodes * Length];
        Norms = new double[nodes];
        Parallel.For(
            0,
            nodes,
            node =>
            {
                Span<double> own = values.AsSpan(node * Length, Length);
                histograms.AsSpan(node * Buckets, Buckets).CopyTo(own);
                foreach (int neighbour in graph.Neighbours(node))
                {
                    ReadOnlySpan<double> other = histograms.AsSpan(neighbour * Buckets, Buckets);
                    for (int b = 0; b < Buckets; b++)
                    {
                        own[Buckets + b] += other[b];
                    }
                }
                double sum = 0;
                for (int i = 0; i < Length; i++)
                {
                    sum += own[i];
                    own[i] = Math.Sqrt(own[i]);
                }
                // The squared norm is the sum of the counts themselves.
                Norms[node] = Math.Sqrt(sum);
            }
        );
    }

    /// <summary>The Euclidean norms, by node.</summary>
    public double[] Norms { get; }

    public ReadOnlySpan<double> Of(int node) => values.AsSpan(node * Length, Length);

    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < Length; i++)
        {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }
}
