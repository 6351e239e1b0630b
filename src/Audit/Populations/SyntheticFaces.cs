using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Invented pictures of 3 x 32 x 32 for the audit's LeNet: a blob that says the label, a blob that says the group, and noise; so the image path is trained without CelebA.
/// </summary>
public static class SyntheticFaces
{
    private const int Side = 32;
    private const int Pixels = 3 * Side * Side;

    private static readonly string[] FeatureNames =
    [
        .. Enumerable.Range(0, Pixels).Select(i => string.Create(CultureInfo.InvariantCulture, $"pixel{i}")),
    ];

    /// <summary>Draws pictures.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="options">Rates and the share of the groups; the error decides the noise roughly.</param>
    /// <param name="random">Draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static AuditPopulation Draw(int count, ScoredFacesOptions options, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        float[] features = new float[count * Pixels];
        byte[] labels = new byte[count];
        byte[] group = new byte[count];
        double[] noise = new double[Pixels];
        // A matched filter sees the blob's contrast over the noise; an error e asks for a contrast of -Phi^-1(e) deviations.
        double contrast = -StandardNormal.Quantile(options.Error) * 0.5 / Math.Sqrt(BlobEnergy);
        for (int i = 0; i < count; i++)
        {
            group[i] = random.NextBool(options.ShareOfGroup1) ? (byte)1 : (byte)0;
            labels[i] = random.NextBool(group[i] == 1 ? options.Rate1 : options.Rate0) ? (byte)1 : (byte)0;
            random.FillGaussian(noise);
            Span<float> picture = features.AsSpan(i * Pixels, Pixels);
            for (int k = 0; k < Pixels; k++)
            {
                (int channel, int y, int x) = (k / (Side * Side), k / Side % Side, k % Side);
                double blobs =
                    (channel == 0 ? ((2 * labels[i]) - 1) * contrast * Blob(x, y, 10, 16) : 0)
                    + (channel == 1 ? ((2 * group[i]) - 1) * contrast * Blob(x, y, 22, 16) : 0);
                picture[k] = (float)Math.Clamp(0.5 + blobs + (0.5 * noise[k] / 2), 0, 1);
            }
        }
        return new AuditPopulation("synthetic-faces", features, labels, group, FeatureNames, ["women", "men"]);
    }

    private static double BlobEnergy
    {
        get
        {
            double sum = 0;
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                {
                    sum += Blob(x, y, 10, 16) * Blob(x, y, 10, 16);
                }
            }
            return sum;
        }
    }

    private static double Blob(int x, int y, int centreX, int centreY) =>
        Math.Exp(-((((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY))) / 18.0));
}
