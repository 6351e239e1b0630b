using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// Rows without labels that a server may have: for the optical digits MNIST's test images in their format (the middle 24 x 24 pixels, averaged to 8 x 8), as the papers take
/// CIFAR-100 for CIFAR-10; for generated data more rows of the same world.
/// </summary>
internal static class PublicRows
{
    /// <summary>The name of MNIST in the catalogue.</summary>
    public const string Mnist = "fl-mnist";

    private const int Count = 4000;

    /// <summary>Loads or draws.</summary>
    public static async Task<LabeledData> GetAsync<TOptions>(
        string data,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        if (data == SkewedClients.Generated)
        {
            return new TanhMixture(context.Random("world"), new TanhMixtureOptions { Features = 64 }).Generate(
                Count,
                context.Random("public")
            );
        }
        DatasetFolder folder = await context.Data.RequireAsync(Mnist, cancellationToken);
        LabeledData images = await IdxFile.LoadLabeledAsync(
            folder.FilePath("t10k-images-idx3-ubyte.gz"),
            folder.FilePath("t10k-labels-idx1-ubyte.gz"),
            cancellationToken: cancellationToken
        );
        return Shrunk(images);
    }

    private static LabeledData Shrunk(LabeledData images)
    {
        const int Side = 28;
        float[] features = new float[Count * 64];
        float[] image = new float[Side * Side];
        for (int row = 0; row < Count; row++)
        {
            images.CopyRow(row, image);
            for (int y = 0; y < 24; y++)
            {
                for (int x = 0; x < 24; x++)
                {
                    features[row * 64 + y / 3 * 8 + x / 3] += image[(y + 2) * Side + x + 2] / 9;
                }
            }
        }
        return LabeledData.Of(features, new int[Count], new LabeledDataSchema { FeatureShape = [64], ClassCount = 10 });
    }
}
