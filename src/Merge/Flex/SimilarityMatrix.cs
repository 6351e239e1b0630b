using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>C_b: how alike the tasks' vectors of one block are, M x M, symmetric.</summary>
public sealed class SimilarityMatrix
{
    /// <summary>The term that keeps the cosine of a zero vector at zero (as in the authors' code).</summary>
    public const double CosineGuard = 1e-8;

    private readonly float[] _values;

    /// <summary>A matrix at hand.</summary>
    /// <param name="tasks">M.</param>
    /// <param name="values">M x M, row by row, symmetric; not copied.</param>
    /// <exception cref="ArgumentException">The length is not M x M, or a value is NaN.</exception>
    public SimilarityMatrix(int tasks, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)tasks * tasks)
        {
            throw new ArgumentException($"{values.Length} values are not {tasks} x {tasks}.", nameof(values));
        }
        if (Array.FindIndex(values, float.IsNaN) is var nan and >= 0)
        {
            throw new ArgumentException($"The similarity of tasks {nan / tasks} and {nan % tasks} is not a number.", nameof(values));
        }
        (Tasks, _values) = (tasks, values);
    }

    /// <summary>M.</summary>
    public int Tasks { get; }

    /// <summary>The similarity of two tasks.</summary>
    public float this[int i, int j] => _values[(i * Tasks) + j];

    /// <summary>From the scalar products of all pairs (the upper triangle, row by row).</summary>
    public static SimilarityMatrix OfGram(ReadOnlySpan<double> gram, int tasks)
    {
        float[] values = new float[tasks * tasks];
        for (int i = 0; i < tasks; i++)
        {
            for (int j = i; j < tasks; j++)
            {
                double norms = Math.Sqrt(gram[(i * tasks) + i]) * Math.Sqrt(gram[(j * tasks) + j]);
                values[(i * tasks) + j] = values[(j * tasks) + i] = (float)(gram[(i * tasks) + j] / (norms + CosineGuard));
            }
        }
        return new SimilarityMatrix(tasks, values);
    }

    /// <summary>Of vectors at hand.</summary>
    public static SimilarityMatrix Of(IReadOnlyList<ReadOnlyMemory<float>> vectors, SimilarityMeasure measure = SimilarityMeasure.Cosine)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        int tasks = vectors.Count;
        float[] values = new float[tasks * tasks];
        for (int i = 0; i < tasks; i++)
        {
            for (int j = i; j < tasks; j++)
            {
                values[(i * tasks) + j] = values[(j * tasks) + i] = Between(vectors[i].Span, vectors[j].Span, measure);
            }
        }
        return new SimilarityMatrix(tasks, values);
    }

    /// <summary>The similarity of two vectors of equal length.</summary>
    public static float Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimilarityMeasure measure)
    {
        switch (measure)
        {
            case SimilarityMeasure.Cosine:
                (double dot, double aa, double bb) = (0, 0, 0);
                for (int start = 0; start < a.Length; start += 4096)
                {
                    int count = Math.Min(4096, a.Length - start);
                    ReadOnlySpan<float> x = a.Slice(start, count);
                    ReadOnlySpan<float> y = b.Slice(start, count);
                    dot += TensorPrimitives.Dot(x, y);
                    aa += TensorPrimitives.SumOfSquares(x);
                    bb += TensorPrimitives.SumOfSquares(y);
                }
                return (float)(dot / ((Math.Sqrt(aa) * Math.Sqrt(bb)) + CosineGuard));
            case SimilarityMeasure.Euclidean:
                return a.Length == 0 ? 0 : (float)(-TensorPrimitives.Distance(a, b) / Math.Sqrt(a.Length));
            case SimilarityMeasure.Sign:
                int equal = 0;
                for (int i = 0; i < a.Length; i++)
                {
                    equal += Math.Sign(a[i]) == Math.Sign(b[i]) ? 1 : 0;
                }
                return a.Length == 0 ? 0 : (float)equal / a.Length;
            default:
                throw new ArgumentOutOfRangeException(nameof(measure), measure, "Cosine, Euclidean and Sign are known.");
        }
    }
}
