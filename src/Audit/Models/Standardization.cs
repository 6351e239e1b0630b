using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>Mean and deviation of each feature over the training rows. A missing value becomes the mean, a constant feature stays 0.</summary>
internal sealed class Standardization
{
    private readonly float[] _means;
    private readonly float[] _scales;

    private Standardization(float[] means, float[] scales) => (_means, _scales) = (means, scales);

    public static Standardization Of(AuditPopulation population, ReadOnlySpan<int> rows)
    {
        int width = population.FeatureNames.Count;
        double[] sums = new double[width];
        double[] squares = new double[width];
        int[] known = new int[width];
        foreach (int row in rows)
        {
            ReadOnlySpan<float> features = population.FeaturesOf(row).Span;
            for (int i = 0; i < width; i++)
            {
                if (!float.IsNaN(features[i]))
                {
                    sums[i] += features[i];
                    squares[i] += (double)features[i] * features[i];
                    known[i]++;
                }
            }
        }
        float[] means = new float[width];
        float[] scales = new float[width];
        for (int i = 0; i < width; i++)
        {
            double mean = known[i] == 0 ? 0 : sums[i] / known[i];
            double variance = known[i] == 0 ? 0 : Math.Max(0, (squares[i] / known[i]) - (mean * mean));
            (means[i], scales[i]) = ((float)mean, variance < 1e-12 ? 0 : (float)(1 / Math.Sqrt(variance)));
        }
        return new Standardization(means, scales);
    }

    public float[] Features(AuditPopulation population, ReadOnlySpan<int> rows)
    {
        int width = _means.Length;
        float[] result = new float[rows.Length * width];
        for (int k = 0; k < rows.Length; k++)
        {
            ReadOnlySpan<float> features = population.FeaturesOf(rows[k]).Span;
            for (int i = 0; i < width; i++)
            {
                result[(k * width) + i] = float.IsNaN(features[i]) ? 0 : (features[i] - _means[i]) * _scales[i];
            }
        }
        return result;
    }

    public LabeledData Apply(AuditPopulation population, int[] rows) =>
        LabeledData.Of(
            Features(population, rows),
            [.. rows.Select(row => (int)population.Labels.Span[row])],
            new LabeledDataSchema { FeatureShape = [_means.Length], ClassNames = ["0", "1"] }
        );
}
