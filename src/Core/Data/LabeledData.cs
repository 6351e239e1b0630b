using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Rows of features, each with the label of one class. Immutable, safe to read from several threads; a subset shares the features of the whole.
/// Bytes stay bytes (pixels) until a batch is copied.
/// </summary>
public sealed class LabeledData : ILabeledBatchSource
{
    private readonly FeatureRows _features;
    private readonly int[] _labels;
    private readonly int[]? _rows; // where this row's features lie; null: in order
    private readonly RowGuard? _guard;

    private LabeledData(FeatureRows features, int[] labels, int[]? rows, LabeledDataSchema schema, RowGuard? guard) =>
        (_features, _labels, _rows, Schema, _guard) = (features, labels, rows, schema, guard);

    /// <summary>The number of rows.</summary>
    public int Count => _labels.Length;

    /// <summary>The number of features of a row.</summary>
    public int FeatureLength => _features.Length;

    /// <summary>The number of classes; a label is in [0, ClassCount).</summary>
    public int ClassCount => Schema.ClassCount;

    /// <summary>Shape, class count and names, complete: what was left out when the data were made is filled in.</summary>
    public LabeledDataSchema Schema { get; }

    /// <summary>The labels, row by row.</summary>
    /// <exception cref="ForbiddenRowException">A <see cref="RowGuard"/> forbids one of the rows.</exception>
    public ReadOnlySpan<int> Labels
    {
        get
        {
            for (int row = 0; _guard is not null && row < Count; row++)
                _guard.Check(PlaceOf(row));
            return _labels;
        }
    }

    /// <summary>Rows of floats.</summary>
    /// <param name="features">labels.Length x the product of the feature shape, row by row; not copied, not to be changed afterwards.</param>
    /// <param name="labels">The label of each row; not copied.</param>
    /// <param name="schema">Shape and names; taken from the lengths and labels if null.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ArgumentException">Lengths, shape, labels or names do not fit together.</exception>
    public static LabeledData Of(float[] features, int[] labels, LabeledDataSchema? schema = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        LabeledDataSchema whole = Complete(features.Length, labels, schema ?? new LabeledDataSchema(), out int length);
        return new LabeledData(new FloatRows(features, length), labels, null, whole, null);
    }

    /// <summary>Rows of bytes; 0 to 255 become 0 to 1 when they are read.</summary>
    /// <inheritdoc cref="Of"/>
    public static LabeledData OfBytes(byte[] features, int[] labels, LabeledDataSchema? schema = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        LabeledDataSchema whole = Complete(features.Length, labels, schema ?? new LabeledDataSchema(), out int length);
        return new LabeledData(new ByteRows(features, length), labels, null, whole, null);
    }

    /// <summary>The label of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not in [0, Count).</exception>
    /// <exception cref="ForbiddenRowException">A <see cref="RowGuard"/> forbids the row.</exception>
    public int LabelOf(int row)
    {
        _guard?.Check(PlaceOf(Checked(row)));
        return _labels[Checked(row)];
    }

    /// <summary>Copies the features of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="features">Takes <see cref="FeatureLength"/> values.</param>
    /// <exception cref="ArgumentException">The row is out of range, or the span has another length.</exception>
    /// <exception cref="ForbiddenRowException">A <see cref="RowGuard"/> forbids the row.</exception>
    public void CopyRow(int row, Span<float> features)
    {
        if (features.Length != FeatureLength)
            throw new ArgumentException($"Room for {FeatureLength} features is needed, not {features.Length}.", nameof(features));
        int place = PlaceOf(Checked(row));
        _guard?.Check(place);
        _features.Copy(place, features);
    }

    /// <inheritdoc/>
    /// <exception cref="ForbiddenRowException">A <see cref="RowGuard"/> forbids one of the rows.</exception>
    public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels)
    {
        if (features.Length != (long)indices.Length * FeatureLength || labels.Length != indices.Length)
        {
            throw new ArgumentException(
                $"{indices.Length} rows of {FeatureLength} features do not fill {features.Length} features and {labels.Length} labels."
            );
        }

        for (int i = 0; i < indices.Length; i++)
        {
            CopyRow(indices[i], features.Slice(i * FeatureLength, FeatureLength));
            labels[i] = _labels[indices[i]];
        }
    }

    /// <summary>Some rows, in the order given; a row may occur more than once. Shares the features; only row numbers and labels are new.</summary>
    /// <param name="indices">The rows, each in [0, Count).</param>
    /// <returns>The subset, with the same classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A row is out of range.</exception>
    public LabeledData Subset(ReadOnlySpan<int> indices)
    {
        var rows = new int[indices.Length];
        var labels = new int[indices.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = PlaceOf(Checked(indices[i]));
            labels[i] = _labels[indices[i]];
        }

        return new LabeledData(_features, labels, rows, Schema, _guard);
    }

    /// <summary>How many rows each class has.</summary>
    /// <exception cref="ForbiddenRowException">A <see cref="RowGuard"/> forbids one of the rows.</exception>
    public int[] ClassCounts()
    {
        var counts = new int[ClassCount];
        foreach (int label in Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>Splits at random; see <see cref="RowSplit.Random"/>.</summary>
    /// <param name="stream">Draws.</param>
    /// <param name="shares">The share of each part but the last, which takes the rest.</param>
    /// <returns>The parts, one more than shares; each keeps the order of the rows.</returns>
    /// <exception cref="ArgumentException">A share is not in [0, 1], or they sum to more than 1.</exception>
    public LabeledData[] Split(RandomStream stream, params ReadOnlySpan<double> shares) =>
        Array.ConvertAll(RowSplit.Random(Count, stream, shares), rows => Subset(rows));

    /// <summary>Splits each class at random; see <see cref="RowSplit.Stratified"/>.</summary>
    /// <inheritdoc cref="Split"/>
    public LabeledData[] SplitStratified(RandomStream stream, params ReadOnlySpan<double> shares) =>
        Array.ConvertAll(RowSplit.Stratified(_labels, ClassCount, stream, shares), rows => Subset(rows));

    internal LabeledData Under(RowGuard guard) => new(_features, _labels, _rows, Schema, guard);

    internal RowGuard? Guard => _guard;

    /// <summary>The number of places for rows in the shared memory, this data's or not.</summary>
    internal int PlaceCount => _features.Length == 0 ? Count : (int)(_features.ElementCount / _features.Length);

    internal int PlaceOf(int row) => _rows is null ? row : _rows[row];

    internal int Checked(int row) =>
        (uint)row < (uint)Count
            ? row
            : throw new ArgumentOutOfRangeException(nameof(row), row, $"A row is in [0, {Count.ToString(CultureInfo.InvariantCulture)}).");

    private static LabeledDataSchema Complete(int elements, int[] labels, LabeledDataSchema schema, out int length)
    {
        int classes =
            schema.ClassCount > 0 ? schema.ClassCount
            : schema.ClassNames.Count > 0 ? schema.ClassNames.Count
            : labels.DefaultIfEmpty(0).Max() + 1;
        if (schema.ClassNames.Count != 0 && schema.ClassNames.Count != classes)
            throw new ArgumentException($"{schema.ClassNames.Count} class names for {classes} classes.", nameof(schema));
        int wrong = Array.FindIndex(labels, label => label < 0 || label >= classes);
        if (wrong >= 0)
            throw new ArgumentException(
                $"The label of row {wrong} is {labels[wrong]}; with {classes} classes it is in [0, {classes}).",
                nameof(labels)
            );
        IReadOnlyList<int> shape = schema.FeatureShape;
        if (shape.Count == 0)
        {
            if (labels.Length == 0 ? elements != 0 : elements % labels.Length != 0)
                throw new ArgumentException($"{elements} features cannot be divided into {labels.Length} rows.");
            shape = [labels.Length == 0 ? 0 : elements / labels.Length];
        }

        if (shape.Any(static axis => axis < 0))
            throw new ArgumentException($"The feature shape ({string.Join(", ", shape)}) has a negative length.", nameof(schema));
        long product = shape.Aggregate(1L, static (product, axis) => Math.Min(product * axis, int.MaxValue + 1L));
        if (product * labels.Length != elements || product > int.MaxValue)
        {
            throw new ArgumentException(
                $"{labels.Length} rows of the shape ({string.Join(", ", shape)}) do not have {elements} features.",
                nameof(schema)
            );
        }

        length = (int)product;
        if (schema.FeatureNames.Count != 0 && schema.FeatureNames.Count != length)
            throw new ArgumentException($"{schema.FeatureNames.Count} feature names for {length} features.", nameof(schema));
        return schema with { ClassCount = classes, FeatureShape = [.. shape] };
    }
}
