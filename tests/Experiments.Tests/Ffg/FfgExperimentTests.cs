using ResearchKit.Papers.Ffg;

namespace ResearchKit.Experiments.Tests.Ffg;

/// <summary>The experiments of the FFG paper at the quick scale: they run, their claims hold, and each claim can fail.</summary>
public class FfgExperimentTests
{
    [Test]
    public async Task The_strength_on_generated_graphs_is_as_predicted()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<StrengthRealGraphs>();
        AssertSound(result);
        Assert.That(result.Figures.Select(f => f.Id), Is.EqualTo(new[] { "similarity-at-0-2-percent", "similarity-at-1-percent" }));
    }

    [Test]
    public async Task The_robustness_on_generated_graphs_is_as_predicted()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<RobustnessFlips>();
        AssertSound(result);
        Assert.That(result.Figures.Single().Series, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task The_rounded_field_behaves_as_analysed() => AssertSound(await InMemoryRun.OfAsync<StrengthDistortion>());

    [Test]
    public async Task Deletions_are_as_predicted()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<RobustnessDeletions>();
        AssertSound(result);
        Assert.That(
            result.Figures.Select(f => f.Id),
            Is.EqualTo(new[] { "similarity-after-deleted-nodes", "similarity-after-deleted-edges" })
        );
    }

    [Test]
    public async Task Blind_detection_is_as_predicted() => AssertSound(await InMemoryRun.OfAsync<BlindDetection>());

    [Test]
    public async Task Keys_are_unique() => AssertSound(await InMemoryRun.OfAsync<Uniqueness>());

    [Test]
    public async Task Colluders_are_named() => AssertSound(await InMemoryRun.OfAsync<CollusionResistance>());

    [Test]
    public async Task Shuffled_ids_are_registered() => AssertSound(await InMemoryRun.OfAsync<ShuffledIds>());

    [Test]
    public async Task The_comparison_runs_every_scheme_and_is_won()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<Comparison>();
        AssertSound(result);
        Assert.That(result.Figures, Has.Count.EqualTo(2));
        Assert.That(result.Figures[0].Series.Select(s => s.Name), Is.EqualTo(Watermark.WatermarkSchemes.All.Select(s => s.Name)));
    }

    [Test]
    public void A_scheme_of_the_users_own_joins_the_comparison()
    {
        Watermark.WatermarkScheme own = Watermark.WatermarkScheme.Of("mine", (_, _, _) => new Watermark.ZhaoWatermark());
        Comparison comparison = new([own]);
        Comparison.Cell[] cells = [.. comparison.Plan(comparison.For(Scale.Quick))];
        Assert.That(cells.Count(c => c.System == "mine"), Is.EqualTo(cells.Length / 7));
        Comparison.Row row = new("0 %", 0, 10, 1, 0, 1, 1, 1);
        Figure figure = comparison
            .Draw([new Measured<Comparison.Cell, Comparison.Row>("", cells.First(c => c.System == "mine"), 0, row)])
            .Single();
        Assert.That(figure.Series.Single().NotInPaper);
        Assert.That(
            comparison.Judge([]).Select(c => c.Id),
            Is.EqualTo(new Comparison().Judge([]).Select(c => c.Id)),
            "the paper's claims stay"
        );
    }

    [Test]
    public async Task Times_and_sizes_are_measured()
    {
        ExperimentResult web = await InMemoryRun.OfAsync<WebScale>();
        Assert.That(web.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed));
        Assert.That(web.Figures.Single().Series, Has.Count.EqualTo(3));
        ExperimentResult time = await InMemoryRun.OfAsync<TimeVsSize>();
        Assert.That(time.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(time.Figures.Single().Series, Has.Count.EqualTo(6));
    }

    [Test]
    public void Without_rows_the_other_experiments_list_every_claim_once()
    {
        IReadOnlyList<Claim>[] all =
        [
            [.. new TimeVsSize().Judge([])],
            [.. new StrengthDistortion().Judge([])],
            [.. new RobustnessDeletions().Judge([])],
            [.. new BlindDetection().Judge([])],
            [.. new Uniqueness().Judge([])],
            [.. new CollusionResistance().Judge([])],
            [.. new ShuffledIds().Judge([])],
            [.. new Comparison().Judge([])],
            [.. new WebScale().Judge([])],
        ];
        Assert.That(all.Select(c => c.Count), Is.EqualTo(new[] { 3, 9, 18, 15, 2, 4, 4, 8, 2 }));
        Assert.That(all.Select(c => c.Select(x => x.Id)), Is.All.Unique);
    }

    [Test]
    public void Full_scale_asks_for_ten_seeds_and_every_real_graph()
    {
        StrengthRealGraphs strength = new();
        StrengthRealGraphs.Options options = strength.For(Scale.Full);
        Assert.That(options.Seeds, Has.Count.EqualTo(10));
        Assert.That(options.Data, Has.Count.EqualTo(10));
        Assert.That(strength.Plan(options).Count(), Is.EqualTo(13 * 2 * 2 * 10));
        Assert.That(
            strength.Plan(options).Where(c => c.Graph == "cora").SelectMany(c => c.Needs()).Distinct(),
            Is.EqualTo(new[] { "data:cora" })
        );
        Assert.That(new RobustnessFlips().Plan(new RobustnessFlips().For(Scale.Full)).Count(), Is.EqualTo(13 * 10));
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_every_figure_stands()
    {
        Assert.That(new StrengthRealGraphs().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(1 + (4 * 11) + (2 * 2)));
        Assert.That(new RobustnessFlips().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6 + 8 + 1));
        Assert.That(new RobustnessFlips().Draw([]).ToList(), Has.Count.EqualTo(1));
        Assert.That(new StrengthRealGraphs().Draw([]).ToList(), Is.Empty);
    }

    [Test]
    public void Claims_fall_when_the_mark_is_weaker_than_predicted()
    {
        // Rows as they would be if a mark were worth half of what is predicted, and no more than the largest coefficients.
        List<Measured<StrengthRealGraphs.Cell, StrengthRealGraphs.Row>> rows =
        [
            .. from graph in new[] { "er", "ba", "ws" }
            from budget in new[] { 0.2, 1.0 }
            from system in new[] { StrengthRealGraphs.Keyed, StrengthRealGraphs.Largest }
            from seed in Enumerable.Range(1, 10)
            select new Measured<StrengthRealGraphs.Cell, StrengthRealGraphs.Row>(
                "",
                new StrengthRealGraphs.Cell(system, graph, budget, seed),
                0,
                new StrengthRealGraphs.Row(1000, 5000, 512, 50, system == StrengthRealGraphs.Keyed ? 8 + (0.01 * seed) : 9, 17, 0, 1.2, 7)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new StrengthRealGraphs(), rows), Is.All.EqualTo(Verdict.Failed));
        List<Measured<RobustnessFlips.Cell, RobustnessFlips.Row>> attacked =
        [
            .. from graph in new[] { "er", "ba", "ws", "ego-facebook" }
            from seed in Enumerable.Range(1, 10)
            from level in new[] { 5.0, 50, 100, 200 }
            select new Measured<RobustnessFlips.Cell, RobustnessFlips.Row>(
                "",
                new RobustnessFlips.Cell(graph, seed),
                0,
                new RobustnessFlips.Row(level, 1000, 5000, 50, 250, 5 + (0.01 * seed), 10, 0.5)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new RobustnessFlips(), attacked), Is.All.EqualTo(Verdict.Failed));
    }

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        // Five seeds leave some intervals across an edge; none of the claims may be wrong.
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed).And.None.EqualTo(Verdict.NotJudged));
        Assert.That(result.Claims.Where(c => c.Verdict == Verdict.Confirmed), Is.Not.Empty);
    }
}
