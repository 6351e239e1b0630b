using ResearchKit.Papers.Fens;

namespace ResearchKit.Experiments.Tests.Fens;

/// <summary>The experiments of the FENS paper at the quick scale: they run, their claims hold, and each claim can fail.</summary>
public class FensExperimentTests
{
    [Test]
    public async Task Heart_disease_on_generated_sites()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<HeartDisease>();
        AssertSound(result);
        Assert.That(result.Figures.Select(f => f.Id), Is.EqualTo(new[] { "accuracy-generated" }));
    }

    [Test]
    public async Task Label_skew_on_generated_mixtures()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<LabelSkew>();
        AssertSound(result);
        Assert.That(result.Figures.Select(f => f.Id), Is.EqualTo(new[] { "accuracy-generated", "traffic-generated" }));
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_every_figure_stands()
    {
        Assert.That(new HeartDisease().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4 + 28 + 10));
        Assert.That(new LabelSkew().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(3 + 8));
        Assert.That(new LabelSkewTuning().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6));
        Assert.That(new HeartDisease().Draw([]).Concat(new LabelSkew().Draw([])).ToList(), Is.Empty);
    }

    [Test]
    public void Claims_fall_when_fens_is_no_better_than_a_vote()
    {
        List<Measured<LabelSkew.Cell, MethodRow>> rows =
        [
            .. from data in new[] { "generated", "fl-optdigits" }
            from alpha in new[] { 0.05, 0.1 }
            from seed in Enumerable.Range(91, 5)
            from method in new[]
            {
                ("average", 0.60),
                ("average-probabilities", 0.6),
                ("weighted-average", 0.6),
                ("voting", 0.8),
                ("fens-linear", 0.81),
                ("fens-per-class-weights", 0.8),
                ("fens-mlp", 0.79),
                ("fedavg-30", 0.9),
                ("fedavg-os", 0.6),
            }
            select new Measured<LabelSkew.Cell, MethodRow>(
                "",
                new LabelSkew.Cell(data, alpha, seed),
                0,
                new MethodRow(method.Item1, method.Item2 + (0.001 * (seed % 3)), 1, 1, 1, 1, 1)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new LabelSkew(), rows), Is.All.EqualTo(Verdict.Failed));
    }

    [Test]
    public void Claims_fall_when_every_method_guesses()
    {
        string[] methods =
        [
            .. new HeartDisease()
                .Judge([])
                .Select(c => c.Id)
                .Where(id => id.EndsWith("-as-measured", StringComparison.Ordinal))
                .Select(id => id[..^"-as-measured".Length]),
            "pooled",
        ];
        List<Measured<HeartDisease.Cell, MethodRow>> rows =
        [
            .. from data in new[] { "generated", "fl-heart-disease" }
            from seed in Enumerable.Range(42, 10)
            from method in methods
            let far = method is "fedavg-150" or "scaffold-15" ? 0.1 : 0
            select new Measured<HeartDisease.Cell, MethodRow>(
                "",
                new HeartDisease.Cell(data, seed),
                0,
                new MethodRow(method, 0.3 + far + (0.001 * (seed % 3)), 1, 1, 1, 1, 1)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new HeartDisease(), rows), Is.All.EqualTo(Verdict.Failed));
    }

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed).And.None.EqualTo(Verdict.NotJudged));
    }
}
