using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// Ten classes under label skew: 20 clients by a balanced Dirichlet split. Real: the optical digits of UCI, 8 x 8, training files together, the test file split at random in two.
/// Generated: mixtures of Gaussians seen through a random layer, in the same numbers.
/// </summary>
/// <param name="Clients">All rows of each client.</param>
/// <param name="Pooled">All training rows.</param>
/// <param name="Validation">Rows for choices.</param>
/// <param name="Test">Rows for the numbers that are reported.</param>
internal sealed record SkewedClients(IReadOnlyList<LabeledData> Clients, LabeledData Pooled, LabeledData Validation, LabeledData Test)
{
    /// <summary>The name of the real data in the catalogue.</summary>
    public const string Digits = "fl-optdigits";

    /// <summary>The name of the generated data.</summary>
    public const string Generated = "generated";

    private const int TrainingRows = 3823;
    private const int ValidationRows = 898;
    private const int TestRows = 899;

    /// <summary>What a data set needs to be here.</summary>
    public static IEnumerable<string> Needs(string data) => data == Digits ? [$"data:{Digits}"] : [];

    /// <summary>The origin of a data set.</summary>
    public static DataOrigin Origin(string data) => data == Digits ? DataOrigin.Real : DataOrigin.Generated;

    /// <summary>Loads or draws, and divides among clients.</summary>
    /// <exception cref="ArgumentException">There are no data of that name.</exception>
    public static async Task<SkewedClients> GetAsync<TOptions>(
        string data,
        double alpha,
        int clients,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        (LabeledData training, LabeledData validation, LabeledData test) = data switch
        {
            Generated => Drawn(context.Random("world"), context.Random("rows")),
            Digits => await LoadAsync(
                (await context.Data.RequireAsync(Digits, cancellationToken)).FilePath,
                context.Random("test"),
                cancellationToken
            ),
            _ => throw new ArgumentException($"There are no data '{data}'; there are {Generated} and {Digits}.", nameof(data)),
        };
        Partition partition = new BalancedDirichletPartitioner(alpha).Divide(
            training.Labels,
            training.ClassCount,
            clients,
            context.Random("partition", alpha.ToString(CultureInfo.InvariantCulture)),
            cancellationToken
        );
        return new(partition.Of(training), training, validation, test);
    }

    private static (LabeledData, LabeledData, LabeledData) Drawn(RandomStream world, RandomStream rows)
    {
        TanhMixture mixture = new(world, new TanhMixtureOptions { Features = 64 });
        return (
            mixture.Generate(TrainingRows, rows.Split("training")),
            mixture.Generate(ValidationRows, rows.Split("validation")),
            mixture.Generate(TestRows, rows.Split("test"))
        );
    }

    /// <summary>Reads the three files; 64 numbers from 0 to 16 and the digit in each line.</summary>
    internal static async Task<(LabeledData Training, LabeledData Validation, LabeledData Test)> LoadAsync(
        Func<string, string> path,
        RandomStream split,
        CancellationToken cancellationToken
    )
    {
        LabeledTableOptions options = new()
        {
            ClassNames = [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))],
            Text = DelimitedTextOptions.Default with { HasHeader = false, CommentPrefix = '#' },
        };
        LabeledData training = Joined(
            await LabeledTable.LoadAsync(path("optdigits.tra"), options, cancellationToken),
            await LabeledTable.LoadAsync(path("optdigits.hol"), options, cancellationToken)
        );
        LabeledData test = Joined(await LabeledTable.LoadAsync(path("optdigits.tes"), options, cancellationToken));
        LabeledData[] halves = test.Split(split, (double)ValidationRows / test.Count);
        return (training, halves[0], halves[1]);
    }

    // Pixels count the dark ones of 16: as shares of it they have the scale that learning rates are tuned for.
    private static LabeledData Joined(params IReadOnlyList<LabeledData> parts)
    {
        int width = parts[0].FeatureLength;
        float[] features = new float[parts.Sum(part => part.Count) * width];
        int[] labels = new int[parts.Sum(part => part.Count)];
        int at = 0;
        foreach (LabeledData part in parts)
        {
            part.CopyBatch(
                [.. Enumerable.Range(0, part.Count)],
                features.AsSpan(at * width, part.Count * width),
                labels.AsSpan(at, part.Count)
            );
            at += part.Count;
        }
        for (int i = 0; i < features.Length; i++)
        {
            features[i] /= 16;
        }
        return LabeledData.Of(features, labels, new LabeledDataSchema { FeatureShape = [width], ClassCount = 10 });
    }
}
