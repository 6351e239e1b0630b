using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>
/// The suites. "generated" needs no data. "eight" are eight tasks that differ in content and labels, as the paper's do; "eight-transformed" differ already at the input (turned, inverted), which is the
/// opposite of the paper's setting and shown as such; "thirty" goes on with more of both.
/// </summary>
internal static class Suites
{
    public const string Generated = "generated";
    public const string Eight = "eight";
    public const string EightTransformed = "eight-transformed";
    public const string Thirty = "thirty";

    private static readonly string[] Data =
    [
        "data:fl-mnist",
        "data:images-fashion-mnist",
        "data:images-kmnist",
        "data:images-kannada-mnist",
        "data:images-usps",
        "data:images-omniglot",
        "data:fl-cifar10-jpeg-subset",
    ];

    /// <summary>All suites.</summary>
    public static IReadOnlyList<string> All { get; } = [Generated, Eight, EightTransformed, Thirty];

    /// <summary>What a suite needs to be here.</summary>
    public static IReadOnlyList<string> Needs(string suite) =>
        suite == Generated ? []
        : suite == Thirty ? [.. Data, "data:images-digits"]
        : Data;

    /// <summary>The origin of a suite.</summary>
    public static DataOrigin Origin(string suite) => suite == Generated ? DataOrigin.Generated : DataOrigin.Real;

    /// <summary>The number of tasks.</summary>
    public static int Count(string suite) => suite == Thirty ? 30 : 8;

    /// <summary>Loads or draws a suite.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static async Task<TaskSuite> LoadAsync(string suite, int images, DatasetCatalog data, CancellationToken cancellationToken) =>
        suite switch
        {
            Generated => GeneratedSuite.Draw(images),
            Eight or EightTransformed or Thirty => await new RealSuite(data, images).LoadAsync(suite, cancellationToken),
            _ => throw new ArgumentException($"There is no suite '{suite}'; there are {string.Join(", ", All)}."),
        };
}
