using ResearchKit.Experiments;
using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>How finely a network is divided into blocks, from the whole model to slices of tensors.</summary>
[Experiment("flexmerge/granularity", Paper = "arXiv:2505.23209", Shows = "Accuracy over size by the granularity of blocks")]
public sealed class GranularityAblation : CurveExperiment
{
    private static readonly double[] Compared = [2, 3, 4, 6];
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
        yield return Of("model", Granularity.Model);
        yield return Of("layer", Granularity.Layer);
        yield return Of("part of a layer", Granularity.SubLayer);
        if (options.LongTraining)
        {
            yield return Of("tensor", Granularity.Tensor);
            yield return Of("4 slices", Granularity.Slice, 4);
            yield return Of("16 slices", Granularity.Slice, 16);
        }
    }

    private static CurveVariant Of(string name, Granularity granularity, int slices = 4) =>
        new(name, new TaskArithmetic(1.5), Granularity: granularity, Slices: slices);

    /// <inheritdoc/>
    protected override string FigureId => "granularity";

    /// <inheritdoc/>
    protected override string FigureTitle => "Granularity of blocks, task arithmetic";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            string id = $"part-over-model-{suite}";
            yield return On(
                    Claim
                        .Difference(
                            id,
                            $"On {suite} parts of layers are not behind whole models as blocks, averaged over 2x, 3x, 4x and 6x"
                        )
                        .In("points")
                        .Accept(atLeast: 0)
                        .Measured(
                            Difference(
                                Means(rows, suite, backbone, "part of a layer", Compared),
                                Means(rows, suite, backbone, "model", Compared),
                                id
                            )
                        ),
                    suite
                )
                .StatedWithoutNumber("comparison with whole-model clustering: better at every integer size")
                .Because($"the paper's statement, not piloted; {Honest}");
        }
    }
}
