using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// Four hospitals. Real: the heart disease data as FLamby sees them, with its fixed split. Generated: sites of the same sizes with shifted features.
/// Each client's rows are normalised by its own training rows, the pooled test rows by all training rows: a mismatch of FLamby's that is kept.
/// </summary>
/// <param name="Training">The training rows of each client, normalised by its own.</param>
/// <param name="PooledTraining">All training rows, normalised together.</param>
/// <param name="Test">All test rows, normalised as the pooled training rows.</param>
internal sealed record HeartClients(IReadOnlyList<LabeledData> Training, LabeledData PooledTraining, LabeledData Test)
{
    /// <summary>The name of the real data in the catalogue.</summary>
    public const string Real = "fl-heart-disease";

    /// <summary>The name of the generated data.</summary>
    public const string Generated = "generated";

    private static readonly string[] Centers = ["cleveland", "hungarian", "switzerland", "va"];

    /// <summary>Loads or draws.</summary>
    public static async Task<HeartClients> GetAsync<TOptions>(
        string data,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        if (data == Real)
        {
            DatasetFolder folder = await context.Data.RequireAsync(Real, cancellationToken);
            return await LoadAsync(folder.FilePath("flamby_view.csv"), cancellationToken);
        }
        if (data != Generated)
        {
            throw new ArgumentException($"There are no data '{data}'; there are {Generated} and {Real}.", nameof(data));
        }
        IReadOnlyList<LabeledData> sites = new TabularClients(context.Random("world")).GenerateSites(context.Random("rows"));
        LabeledData[][] parts =
        [
            .. sites.Select(
                (site, i) =>
                    site.SplitStratified(context.Random("test", i.ToString(System.Globalization.CultureInfo.InvariantCulture)), 0.34)
            ),
        ];
        return Normalised([.. parts.Select(part => Rows(part[1]))], [.. parts.Select(part => Rows(part[0]))]);
    }

    /// <summary>Reads FLamby's view: a line a patient with its centre, its part of the split, 13 features and the label.</summary>
    /// <exception cref="MalformedFileException">A centre, a part or a number is not as it should be.</exception>
    public static async Task<HeartClients> LoadAsync(string path, CancellationToken cancellationToken)
    {
        List<(float[] X, int Y)>[] training = [.. Centers.Select(_ => new List<(float[], int)>())];
        List<(float[] X, int Y)>[] test = [.. Centers.Select(_ => new List<(float[], int)>())];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            int center = Array.IndexOf(Centers, record["center"]);
            string set = record["set"];
            if (center < 0 || set is not ("train" or "test"))
            {
                throw new MalformedFileException(
                    path,
                    $"a centre of {string.Join(", ", Centers)}, and train or test",
                    $"{record["center"]}, {set}",
                    record.Line
                );
            }
            float[] x = [.. Enumerable.Range(3, record.Count - 4).Select(record.Number<float>)];
            int y = record.Number<int>("label");
            if (y is not (0 or 1))
            {
                throw new MalformedFileException(path, "a label 0 or 1", record["label"], record.Line, record.Count);
            }
            (set == "train" ? training : test)[center].Add((x, y));
        }
        return Normalised(training, test);
    }

    private static HeartClients Normalised(IReadOnlyList<List<(float[] X, int Y)>> training, IReadOnlyList<List<(float[] X, int Y)>> test)
    {
        List<(float[] X, int Y)> all = [.. training.SelectMany(rows => rows)];
        return new([.. training.Select(rows => Scaled(rows, rows))], Scaled(all, all), Scaled([.. test.SelectMany(rows => rows)], all));
    }

    // Minus the mean, over the sample standard deviation plus 1e-9: a column that is constant becomes 0.
    private static LabeledData Scaled(List<(float[] X, int Y)> rows, List<(float[] X, int Y)> by)
    {
        int width = by[0].X.Length;
        float[] features = new float[rows.Count * width];
        for (int j = 0; j < width; j++)
        {
            double mean = by.Average(row => (double)row.X[j]);
            double sd = Math.Sqrt(by.Sum(row => (row.X[j] - mean) * (row.X[j] - mean)) / (by.Count - 1)) + 1e-9;
            for (int i = 0; i < rows.Count; i++)
            {
                features[i * width + j] = (float)((rows[i].X[j] - mean) / sd);
            }
        }
        return LabeledData.Of(features, [.. rows.Select(row => row.Y)], new LabeledDataSchema { FeatureShape = [width], ClassCount = 2 });
    }

    private static List<(float[] X, int Y)> Rows(LabeledData data)
    {
        var rows = new List<(float[], int)>();
        for (int i = 0; i < data.Count; i++)
        {
            float[] x = new float[data.FeatureLength];
            data.CopyRow(i, x);
            rows.Add((x, data.LabelOf(i)));
        }
        return rows;
    }
}
