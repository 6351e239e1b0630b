using ResearchKit.Experiments;
using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The similarity of groups: minimum, mean or maximum over members, or that of merged vectors. The paper finds the minimum best and most stable.</summary>
[Experiment("flexmerge/similarity-function", Paper = "arXiv:2505.23209", Shows = "Accuracy over size by the similarity of groups")]
public sealed class SimilarityFunction : CurveExperiment
{
    private static readonly double[] Compared = [1.5, 2, 3, 4, 6];
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

    internal override IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options) =>
        [
            new("minimum", new TaskArithmetic(1.5)),
            new("mean", new TaskArithmetic(1.5), new FlexMergeOptions { Similarity = GroupSimilarity.Mean }),
            new("maximum", new TaskArithmetic(1.5), new FlexMergeOptions { Similarity = GroupSimilarity.Maximum }),
            new("merged vectors", new TaskArithmetic(1.5), new FlexMergeOptions { Compared = ComparedVectors.Merged }),
        ];

    /// <inheritdoc/>
    protected override string FigureId => "similarity";

    /// <inheritdoc/>
    protected override string FigureTitle => "Similarity of groups, task arithmetic";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            foreach (string other in new[] { "mean", "maximum", "merged vectors" })
            {
                string id = $"minimum-over-{other.Replace(' ', '-')}-{suite}";
                yield return On(
                        Claim
                            .Difference(
                                id,
                                $"On {suite} the minimum is not behind: its normalised accuracy minus that of '{other}', averaged over sizes"
                            )
                            .In("points")
                            .Accept(atLeast: -3)
                            .Measured(
                                Difference(
                                    Means(rows, suite, backbone, "minimum", Compared),
                                    Means(rows, suite, backbone, other, Compared),
                                    id
                                )
                            ),
                        suite
                    )
                    .StatedWithoutNumber("ablation: the minimum is best and most stable, the others are competitive")
                    .Because($"in pilot runs no rule won: the differences stayed within 2 points; {Honest}");
            }
        }
    }
}
