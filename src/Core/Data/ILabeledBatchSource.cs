namespace ResearchKit.Data;

/// <summary>Rows of float features, each with one class label, from which batches are copied. Safe to read from several threads.</summary>
public interface ILabeledBatchSource
{
    /// <summary>The number of rows.</summary>
    int Count { get; }

    /// <summary>The number of features of a row; an image's are channels x height x width, in this order.</summary>
    int FeatureLength { get; }

    /// <summary>The number of classes; a label is in [0, ClassCount).</summary>
    int ClassCount { get; }

    /// <summary>Copies rows, in the order given; a row may be asked for more than once.</summary>
    /// <param name="indices">The rows, each in [0, <see cref="Count"/>).</param>
    /// <param name="features">Takes indices.Length x <see cref="FeatureLength"/> values, row by row.</param>
    /// <param name="labels">Takes indices.Length labels.</param>
    /// <exception cref="ArgumentException">An index is out of range, or a span has another length.</exception>
    void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels);
}
