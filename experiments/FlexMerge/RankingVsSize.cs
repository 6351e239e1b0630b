using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The order of algorithms changes with the size, and their differences shrink: the paper's second finding.</summary>
[Experiment("flexmerge/ranking-vs-size", Paper = "arXiv:2505.23209", Shows = "How the ranking of merging algorithms changes with the size")]
public sealed class RankingVsSize : CurveExperiment
{
    private static readonly string[] Plain = [.. VariantCatalog.PlainQuick, VariantCatalog.TaskArithmeticSum];
    private static readonly (string Suite, string Backbone)[] Judged = [(Suites.Generated, "mlp-small"), (Suites.Eight, "mlp")];

    /// <inheritdoc/>
    public override CurveOptions For(Scale scale) =>
        scale == Scale.Quick
            ? new CurveOptions { Sizes = [1, 3, 4, 6] }
            : new CurveOptions
            {
                Suites = [Suites.Eight, Suites.EightTransformed],
                Backbones = ["mlp"],
                Sizes = [1, 2, 3, 3.25, 4, 5, 6, 7],
                LongTraining = true,
            };

    internal override IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options) => VariantCatalog.Quick;

    /// <inheritdoc/>
    protected override string FigureId => "ranking";

    /// <inheritdoc/>
    protected override string FigureTitle => "Ranking over size";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            yield return OrderChanges(rows, suite, backbone);
            yield return SpreadNarrows(rows, suite, backbone);
            yield return AverageOverTies(rows, suite, backbone);
        }
    }

    // The pair is not named beforehand, as in the paper's statement; so both differences must clear zero with their whole intervals.
    private Claim OrderChanges(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone)
    {
        string id = $"order-changes-{suite}";
        Estimate? best = null;
        foreach (string a in Plain)
        {
            foreach (string b in Plain.Where(b => b != a))
            {
                Estimate? small = Difference(Values(rows, suite, backbone, a, 1), Values(rows, suite, backbone, b, 1), id, 0.9);
                Estimate? large = Difference(Values(rows, suite, backbone, b, 6), Values(rows, suite, backbone, a, 6), id, 0.9);
                if (small is { } x && large is { } y)
                {
                    Estimate weaker = x.Low < y.Low ? x : y;
                    best = best is null || weaker.Low > best.Value.Low ? weaker : best;
                }
            }
        }
        return On(
                Claim
                    .Difference(
                        id,
                        $"On {suite} some pair of averaging, task arithmetic (two scales) and TIES changes its order between 1x and 6x: the weaker of the two leads"
                    )
                    .In("points")
                    .Accept(atLeast: 0.1)
                    .Measured(best),
                suite
            )
            .StatedWithoutNumber("abstract: the ranking of algorithms changes with the size")
            .Because($"the pair with the clearest change of 12, intervals of 90 %; {Honest}");
    }

    private Claim SpreadNarrows(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone)
    {
        string id = $"spread-{suite}";
        double[] large = Spread(rows, suite, backbone, 6);
        double[] small = Spread(rows, suite, backbone, 1);
        return On(
                Claim
                    .Ratio(id, $"On {suite} best minus worst of averaging, task arithmetic and TIES at 6x, over that at 1x")
                    .Accept(atMost: 0.9)
                    .Measured(
                        large.Length == 0 || large.Length != small.Length || large.Concat(small).Any(v => v <= 0)
                            ? null
                            : Intervals.PairedRatio(large, small, Stream(id))
                    ),
                suite
            )
            .StatedWithoutNumber("figures: within 3 to 4 points at large sizes")
            .Because($"pilot runs: 0.05 to 0.87; {Honest}");
    }

    private Claim AverageOverTies(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone)
    {
        Claim At(double size)
        {
            string id = FormattableString.Invariant($"average-ties-{size}-{suite}");
            return Claim
                .Difference(id, FormattableString.Invariant($"averaging minus TIES at {size}x"))
                .In("points")
                .Accept(atLeast: -1)
                .Measured(
                    Difference(
                        Values(rows, suite, backbone, VariantCatalog.Average, size),
                        Values(rows, suite, backbone, VariantCatalog.Ties, size),
                        id
                    )
                );
        }
        return On(Claim.AllOf($"average-over-ties-{suite}", $"On {suite} averaging is not behind TIES at 4x and 6x", At(4), At(6)), suite)
            .Published(3.25, "figures: averaging overtakes TIES from 3.25x on")
            .Because($"no order is claimed at 1x, where the paper has TIES ahead and small networks have averaging ahead; {Honest}");
    }

    private static double[] Spread(IReadOnlyList<Measured<CurveCell, CurveRow>> rows, string suite, string backbone, double size)
    {
        double[][] values = [.. VariantCatalog.PlainQuick.Select(name => Values(rows, suite, backbone, name, size))];
        return values.Any(v => v.Length != values[0].Length)
            ? []
            : [.. Enumerable.Range(0, values[0].Length).Select(seed => values.Max(v => v[seed]) - values.Min(v => v[seed]))];
    }
}
