using ResearchKit.Experiments;
using ResearchKit.Merge;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Accuracy of merged models from one to all, for every algorithm: steep just above the smallest size, and the fine-tuned accuracy at M.</summary>
[Experiment("flexmerge/accuracy-vs-size", Paper = "arXiv:2505.23209", Shows = "Accuracy over the size of the merged model")]
public sealed class AccuracyVsSize : CurveExperiment
{
    private static readonly (string Suite, string Backbone)[] Judged = [(Suites.Generated, "mlp-small"), (Suites.Eight, "mlp")];

    /// <inheritdoc/>
    public override CurveOptions For(Scale scale) =>
        scale == Scale.Quick
            ? new CurveOptions()
            : new CurveOptions
            {
                Suites = [Suites.Eight, Suites.EightTransformed],
                Backbones = ["mlp"],
                Sizes = [1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 5, 6, 7, 8],
                LongTraining = true,
            };

    internal override IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options) =>
        options.LongTraining ? VariantCatalog.All : VariantCatalog.Quick;

    /// <inheritdoc/>
    protected override string FigureId => "accuracy";

    /// <inheritdoc/>
    protected override string FigureTitle => "Accuracy over size";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            foreach (string algorithm in new[] { VariantCatalog.Average, VariantCatalog.TaskArithmetic })
            {
                yield return Gain(
                        rows,
                        suite,
                        backbone,
                        algorithm,
                        1,
                        2,
                        suite == Suites.Generated ? 0.5 : 2,
                        $"gain-2x-{algorithm}-{suite}"
                    )
                    .Published(13.5, "abstract: up to 13.5 points from 1x to 2x, task arithmetic, CLIP ViT-B/32")
                    .Because($"pilot runs on small networks gained 2.3 to 8.3 points; {Honest}");
            }
            yield return Gain(
                    rows,
                    suite,
                    backbone,
                    VariantCatalog.Average,
                    1,
                    3,
                    suite == Suites.Generated ? 1 : 3,
                    $"gain-3x-average-{suite}"
                )
                .StatedWithoutNumber("figures: accuracy over size")
                .Because($"pilot runs gained 3.3 to 11; {Honest}");
            yield return Gain(rows, suite, backbone, VariantCatalog.Emr, 2.25, 3, suite == Suites.Generated ? 0.5 : 2, $"gain-emr-{suite}")
                .StatedWithoutNumber("with masks, 8.5 points from 3x to 6x at 30 tasks")
                .Because($"from the smallest size of masks, 2.25 at 8 tasks; pilot runs gained 3.1 to 7.1; {Honest}");
            yield return BestAtThree(rows, suite, backbone);
            yield return FineTunedAtM(rows, suite, backbone);
        }
        yield return SizeFormula();
    }

    private Claim Gain(
        IReadOnlyList<Measured<CurveCell, CurveRow>> rows,
        string suite,
        string backbone,
        string algorithm,
        double from,
        double to,
        double atLeast,
        string id
    ) =>
        On(
            Claim
                .Difference(
                    id,
                    FormattableString.Invariant(
                        $"{algorithm} on {suite}: normalised accuracy at {to}x over {from}x, and so a gain above zero"
                    )
                )
                .In("points")
                .Accept(atLeast: atLeast)
                .Measured(Difference(Values(rows, suite, backbone, algorithm, to), Values(rows, suite, backbone, algorithm, from), id)),
            suite
        );

    private Claim BestAtThree(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone)
    {
        string id = $"emr-best-{suite}";
        double[] emr = Values(rows, suite, backbone, VariantCatalog.Emr, 3);
        double[][] plain = [.. VariantCatalog.PlainQuick.Select(name => Values(rows, suite, backbone, name, 3))];
        double[] best = plain.All(values => values.Length == emr.Length)
            ? [.. Enumerable.Range(0, emr.Length).Select(seed => plain.Max(values => values[seed]))]
            : [];
        return On(
                Claim
                    .Difference(id, $"EMR over the best of averaging, task arithmetic and TIES at 3x on {suite}")
                    .In("points")
                    .Accept(atLeast: 1)
                    .Measured(Difference(emr, best, id)),
                suite
            )
            .StatedWithoutNumber("figures: mask algorithms lead at each size they can reach")
            .Because($"pilot runs: 1.5 to 8 points; {Honest}");
    }

    private static Claim FineTunedAtM(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone)
    {
        double[] differences =
        [
            .. rows.Where(r => r.Cell.Suite == suite && r.Cell.Backbone == backbone && r.Row.RequestedSize == Suites.Count(suite))
                .Select(r => Math.Abs(r.Row.AccuracyPercent - r.Row.FineTunedPercent)),
        ];
        return On(
                Claim
                    .Exact(
                        $"fine-tuned-at-m-{suite}",
                        $"On {suite} the accuracy at M models is that of the tasks' own models, for every algorithm"
                    )
                    .Measured(differences.Length == 0 ? null : Exactly(differences.Count(d => d > 1e-9))),
                suite
            )
            .StatedWithoutNumber("by construction")
            .Because("at M models every task has its own blocks, to the bit");
    }

    private static Claim SizeFormula()
    {
        int wrong = 0;
        foreach ((int tasks, double expected) in new[] { (8, 2.25), (14, 2.4375), (20, 2.625), (30, 2.9375) })
        {
            wrong += new SizeAccounting(StoresMasks: true).Minimum(tasks) == expected ? 0 : 1;
            wrong += new SizeAccounting(StoresMasks: false).Minimum(tasks) == 1 ? 0 : 1;
        }
        return Claim
            .Exact("minimum-size", "The smallest size is 1, and 2 + M/32 with masks: 2.25 for 8 tasks, 2.9375 for 30")
            .Published(3, "figures: about 3x for masks at 30 tasks")
            .Because("one unified vector, the base, and one bit a parameter and task")
            .Measured(Exactly(wrong));
    }

    private static Estimate Exactly(int differences) => new(differences, differences, differences, 0, 1, IntervalMethod.Deterministic);
}
