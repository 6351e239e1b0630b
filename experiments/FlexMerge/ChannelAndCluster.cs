using ResearchKit.Experiments;
using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>FlexMerge beside k-means on every tensor (the authors' Channel Merging), on every row (the original's), and clusters of whole models, at whole sizes.</summary>
[Experiment(
    "flexmerge/channel-and-cluster",
    Paper = "arXiv:2505.23209",
    Shows = "FlexMerge against Channel Merging and whole-model clustering"
)]
public sealed class ChannelAndCluster : CurveExperiment
{
    private const string Flex = "FlexMerge";
    private const string Tensors = "k-means, tensors";

    private static readonly double[] Compared = [2, 3, 4, 5, 6, 7];
    private static readonly (string Suite, string Backbone)[] Judged = [(Suites.Generated, "mlp-small"), (Suites.Eight, "mlp")];

    /// <inheritdoc/>
    public override CurveOptions For(Scale scale) =>
        scale == Scale.Quick
            ? new CurveOptions { Sizes = Compared }
            : new CurveOptions
            {
                Suites = [Suites.Eight],
                Backbones = ["mlp"],
                Sizes = Compared,
                LongTraining = true,
            };

    internal override IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options)
    {
        TaskArithmetic algorithm = new(1.5);
        yield return new CurveVariant(Flex, algorithm);
        yield return new CurveVariant(Tensors, algorithm, Granularity: Granularity.Tensor)
        {
            Partition = (vectors, size, ct) => ChannelMerging.Clusters(vectors, (int)size, cell.Seed, ct),
        };
        if (options.LongTraining)
        {
            yield return new CurveVariant("k-means, rows", algorithm, Granularity: Granularity.Slice, Slices: int.MaxValue)
            {
                Partition = (vectors, size, ct) => ChannelMerging.Clusters(vectors, (int)size, cell.Seed, ct),
            };
        }
        foreach (Linkage linkage in options.LongTraining ? Enum.GetValues<Linkage>() : [Linkage.Average])
        {
            yield return new CurveVariant(Models(linkage), algorithm)
            {
                Partition = (vectors, size, ct) =>
                    Partition.Same(
                        vectors.Blocks.Count,
                        ModelClustering.Clusters(ModelClustering.OfModels(vectors, ct), (int)size, linkage)
                    ),
            };
        }
    }

    private static string Models(Linkage linkage) => $"models, {linkage}";

    /// <inheritdoc/>
    protected override string FigureId => "clusters";

    /// <inheritdoc/>
    protected override string FigureTitle => "Against clustering, task arithmetic";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            foreach ((string other, string slug) in new[] { (Tensors, "k-means"), (Models(Linkage.Average), "models") })
            {
                string id = $"flexmerge-over-{slug}-{suite}";
                yield return On(
                        Claim
                            .Difference(id, $"On {suite} FlexMerge minus {other}, normalised accuracy averaged over 2x to 7x")
                            .In("points")
                            .Accept(atLeast: 0)
                            .Measured(
                                Difference(Means(rows, suite, backbone, Flex, Compared), Means(rows, suite, backbone, other, Compared), id)
                            ),
                        suite
                    )
                    .StatedWithoutNumber("comparison: better at every integer size")
                    .Because($"the paper's statement, not piloted; {Honest}");
            }
        }
    }
}
