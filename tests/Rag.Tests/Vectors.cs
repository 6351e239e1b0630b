using System.Globalization;

namespace ResearchKit.Rag.Tests;

/// <summary>Vectors for tests, and the plain search that fast ones are held against.</summary>
internal static class Vectors
{
    public static float[][] Clustered(int count, int dimension, int centres, string name)
    {
        float[][] middle = Gaussian(centres, dimension, 1, RandomStream.Named("vectors", "centres", Text(dimension)));
        RandomStream stream = RandomStream.Named("vectors", name);
        double sigma = 0.65;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => middle[i % centres].Select(v => v + (float)(sigma * stream.NextGaussian() / Math.Sqrt(dimension))).ToArray()),
        ];
    }

    public static float[][] Gaussian(int count, int dimension, double length, RandomStream stream) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    Enumerable.Range(0, dimension).Select(_ => (float)(length * stream.NextGaussian() / Math.Sqrt(dimension))).ToArray()
                ),
        ];

    public static float[] Unit(int dimension, RandomStream stream)
    {
        double[] v = new double[dimension];
        stream.FillGaussian(v);
        double norm = Math.Sqrt(v.Sum(x => x * x));
        return [.. v.Select(x => (float)(x / norm))];
    }

    public static TIndex Fill<TIndex>(TIndex index, float[][] vectors)
        where TIndex : IVectorIndex
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            index.Add($"v{Text(i)}", vectors[i]);
        }
        return index;
    }

    public static Neighbor[] BruteForce(float[][] vectors, float[] query, VectorMetric metric, int k) =>
        [
            .. vectors
                .Select((v, row) => (Distance: Distance(v, query, metric), row))
                .OrderBy(n => n.Distance)
                .ThenBy(n => n.row)
                .Take(k)
                .Select(n => new Neighbor(n.row, (float)n.Distance)),
        ];

    public static double Distance(float[] a, float[] b, VectorMetric metric)
    {
        double dot = a.Zip(b).Sum(p => (double)p.First * p.Second);
        return metric switch
        {
            VectorMetric.Euclidean => Math.Sqrt(a.Zip(b).Sum(p => Math.Pow((double)p.First - p.Second, 2))),
            VectorMetric.Cosine => 1 - dot / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x)),
            _ => 1 - dot,
        };
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
