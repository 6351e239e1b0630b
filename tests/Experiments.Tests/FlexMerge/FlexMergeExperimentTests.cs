using ResearchKit.Papers.FlexMerge;

namespace ResearchKit.Experiments.Tests.FlexMerge;

/// <summary>The experiments of FlexMerge: they run on generated data, and each claim can fail.</summary>
public class FlexMergeExperimentTests
{
    private static readonly string[] Few = ["Seeds=1"];

    [Test]
    public async Task Accuracy_grows_with_the_size_and_is_the_tasks_own_at_the_end()
    {
        ExperimentResult result = await InMemoryRun.OfAsync(new AccuracyVsSize(), set: [.. Few, "Sizes=1,2.25,3,8"]);
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done), string.Join(", ", result.Problems));
        Assert.That(result.Claims.Single(c => c.Claim.Id == "fine-tuned-at-m-generated").Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(result.Claims.Single(c => c.Claim.Id == "gain-3x-average-generated").Claim.Estimate!.Value.Value, Is.GreaterThan(1));
        Assert.That(result.Figures.Single().Series, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task The_other_curves_run_on_the_same_models()
    {
        foreach (
            Experiment experiment in new Experiment[]
            {
                new MergeOrderAblation(),
                new SimilarityFunction(),
                new GranularityAblation(),
                new ChannelAndCluster(),
                new RankingVsSize(),
                new StorageControls(),
            }
        )
        {
            ExperimentResult result = await InMemoryRun.OfAsync(
                experiment,
                set: [.. Few, "Sizes=3", .. experiment is MergeOrderAblation ? ["RandomOrders=1"] : Array.Empty<string>()]
            );
            Assert.That(
                result.Cells.Select(c => c.State),
                Is.All.EqualTo(CellState.Done),
                $"{experiment.Info.Id}: {string.Join(", ", result.Problems)}"
            );
            Assert.That(result.Figures, Is.Not.Empty);
        }
        ExperimentResult tasks = await InMemoryRun.OfAsync(new TaskCount(), set: [.. Few, "Tasks=2,4"]);
        Assert.That(tasks.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
    }

    [Test]
    public async Task Merging_files_is_measured_with_its_memory()
    {
        ExperimentResult result = await InMemoryRun.OfAsync(new MergeTime(), set: [.. Few, "Width=48"]);
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done), string.Join(", ", result.Problems));
        Assert.That(result.Figures.Single().Series, Has.Count.EqualTo(2));
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_real_data_are_asked_for()
    {
        foreach (
            Experiment experiment in new Experiment[]
            {
                new AccuracyVsSize(),
                new RankingVsSize(),
                new SimilarityFunction(),
                new MergeOrderAblation(),
                new GranularityAblation(),
                new ChannelAndCluster(),
                new TaskCount(),
                new PublishedIndividual(),
                new StorageControls(),
                new MergeTime(),
            }
        )
        {
            IReadOnlyList<Claim> claims = experiment.Claims();
            Assert.That(claims, Is.Not.Empty, experiment.Info.Id);
            Assert.That(claims.Select(c => c.Id), Is.Unique, experiment.Info.Id);
            Assert.That(
                claims.Where(c => c.Provenance.Data == DataOrigin.Real).Select(c => c.Needs.Count),
                Has.None.Zero,
                experiment.Info.Id
            );
        }
        AccuracyVsSize accuracy = new();
        Assert.That(accuracy.Plan(accuracy.For(Scale.Full)).SelectMany(c => c.Needs()), Does.Contain("data:images-kmnist"));
    }

    [Test]
    public void Claims_fall_where_size_does_not_help()
    {
        List<Measured<CurveCell, CurveRow>> flat =
        [
            .. from seed in Enumerable.Range(1, 3)
            from variant in VariantCatalog.Quick
            from size in new[] { 1, 2, 2.25, 3, 4, 6, 8 }
            select new Measured<CurveCell, CurveRow>(
                "",
                new CurveCell("generated", "mlp-small", seed),
                0,
                new CurveRow(variant.Name, size, size, 80 + (0.01 * seed), 70 + seed, 60, 90)
            ),
        ];
        Assert.That(Verdicts(new AccuracyVsSize(), flat), Is.All.EqualTo(Verdict.Failed));
        Assert.That(Verdicts(new RankingVsSize(), flat).First(), Is.Not.EqualTo(Verdict.Confirmed));
    }

    private static IEnumerable<Verdict> Verdicts(CurveExperiment experiment, IReadOnlyList<Measured<CurveCell, CurveRow>> rows) =>
        ClaimJudge
            .Judge(
                [.. experiment.Judge(rows).Where(c => c.Id != "minimum-size").Select(c => (experiment.Info, c))],
                new JudgeContext(Scale.Full, new HashSet<string>(), MachineBusy: false)
            )
            .Where(c => c.Claim.Estimate is not null)
            .Select(c => c.Verdict);
}
