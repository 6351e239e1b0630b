using ResearchKit.Data;

namespace ResearchKit.Rag;

/// <summary>The pairs of a training set as rows of scaled features: row = query * sources + source.</summary>
internal sealed class RouterPairs : ILabeledBatchSource
{
    private readonly RouterTrainingSet _set;
    private readonly StandardScaler? _scaler;

    public RouterPairs(RouterTrainingSet set, StandardScaler? scaler)
    {
        (_set, _scaler) = (set, scaler);
        FeatureLength = RouterFeatures.Length(set.Sources);
    }

    public int Count => _set.QueryCount * _set.Sources.Count;

    public int FeatureLength { get; }

    public int ClassCount => 2;

    public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            Span<float> row = features.Slice(i * FeatureLength, FeatureLength);
            (int query, int source) = Math.DivRem(indices[i], _set.Sources.Count);
            RouterFeatures.Write(_set.Sources, source, _set.Query(query), row);
            _scaler?.Apply(row);
            labels[i] = _set.IsRelevant(query, source) ? 1 : 0;
        }
    }

    /// <summary>Fits a scaler to all pairs.</summary>
    public static StandardScaler FitScaler(RouterTrainingSet set)
    {
        float[] row = new float[RouterFeatures.Length(set.Sources)];
        return StandardScaler.Fit(
            set.QueryCount * set.Sources.Count,
            row.Length,
            (pair, to) =>
            {
                (int query, int source) = Math.DivRem(pair, set.Sources.Count);
                RouterFeatures.Write(set.Sources, source, set.Query(query), row);
                for (int j = 0; j < row.Length; j++)
                {
                    to[j] = row[j];
                }
            }
        );
    }
}
