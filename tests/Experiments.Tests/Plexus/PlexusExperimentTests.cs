using ResearchKit.Papers.Plexus;

namespace ResearchKit.Experiments.Tests.Plexus;

/// <summary>The experiments of the Plexus papers: they run, their claims hold, and each claim can fail.</summary>
public class PlexusExperimentTests
{
    [Test]
    public async Task Success_fraction()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<SuccessFractions>();
        AssertSound(result);
        Assert.That(result.Figures.Select(f => f.Id), Is.EqualTo(new[] { "round-duration", "training" }));
    }

    [Test]
    public async Task Accuracy_in_a_short_run_of_few_algorithms()
    {
        ExperimentResult result = await InMemoryRun.OfAsync(
            new AccuracyNonIid(),
            set: ["DurationS=600", "Nodes=30", "Algorithms=plexus,epidemic-local", "Seeds=42"]
        );
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Figures.Select(f => f.Id), Is.EqualTo(new[] { "accuracy-time", "accuracy-traffic", "accuracy-training" }));
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_every_figure_stands()
    {
        Assert.That(new AccuracyIid().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(8));
        Assert.That(new AccuracyNonIid().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(8));
        Assert.That(new TaskSizes().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(5));
        Assert.That(new SampleSizes().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(7));
        Assert.That(new SuccessFractions().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2));
        Assert.That(new AggregatorChoices().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(new Churn().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4));
        Assert.That(new MassCrashes().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(3));
        Assert.That(new Joining().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(new ScaleUp().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4));
        Assert.That(new Networked().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(8));
        Assert.That(new AccuracyIid().Draw([]).Concat(new TaskSizes().Draw([])).Concat(new SampleSizes().Draw([])), Is.Empty);
    }

    [Test]
    public void Claims_fall_when_plexus_is_no_better_than_the_others()
    {
        List<Measured<AccuracyCell, AccuracyRow>> rows =
        [
            .. from nodes in new[] { 100, 1000 }
            from seed in new[] { 42, 90, 4, 5, 6 }
            from algorithm in new[] { "plexus", "fedavg", "d-psgd-regular", "gossip" }
            from test in Enumerable.Range(1, 10)
            let accuracy = (algorithm == "fedavg" ? 0.1 : 0) + (0.08 * test) + (0.0001 * (seed % 3))
            select new Measured<AccuracyCell, AccuracyRow>(
                "",
                new AccuracyCell(algorithm, nodes, seed),
                0,
                new AccuracyRow(60 * test, test, accuracy, 0, 10 * test, 5 * test, 0)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new AccuracyIid(), rows), Is.All.EqualTo(Verdict.Failed));
    }

    [Test]
    public void Claims_fall_when_settings_make_no_difference_or_rounds_are_slow()
    {
        RoundRow row = new(10, 200, 200, 300, 3, 3, 20, 1, 0, 50, 0.5);
        Assert.That(MadeUpRows.Verdicts(new SuccessFractions(), Settings(["0.5", "0.8", "1.0"], row)), Is.All.EqualTo(Verdict.Failed));
        Assert.That(
            MadeUpRows.Verdicts(new AggregatorChoices(), Settings(["highest bandwidth", "hash order"], row)),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows
                .Verdicts(
                    new SampleSizes(),
                    [.. Settings(["5", "10", "13", "20"], row), .. Settings(["40"], row with { MedianRoundS = 500, RoundsToTarget = 90 })]
                )
                .ToList(),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows.Verdicts(
                new TaskSizes(),
                [
                    .. from task in new[] { "cifar", "cifar-100", "celeba", "femnist" }
                    from seed in new[] { 42, 90, 4 }
                    select new Measured<TaskSizes.Cell, RoundRow>("", new(task, seed), 0, row with { MedianRoundS = 200 + (seed % 3) }),
                ]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
    }

    [Test]
    public void Claims_fall_when_nothing_goes_on()
    {
        RoundRow row = new(10, 200, 200, 300, 3, 3, 20, 40, 0, 50, 0.5);
        Assert.That(
            MadeUpRows.Verdicts(
                new Churn(),
                [.. Settings(["always on"], row with { Rounds = 100 }), .. Settings(["diurnal, 10-80 %", "exponential, 2/3 on"], row)]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows.Verdicts(
                new MassCrashes(),
                [
                    .. from seed in new[] { 42, 90, 4 }
                    from time in new[] { 200, 400 }
                    select new Measured<MassCrashes.Cell, MassCrashes.Row>(
                        "",
                        new(seed),
                        0,
                        new(time, time, time == 200 ? 0.8 : 0.1 + (0.001 * (seed % 3)), 900 + (seed % 3), false)
                    ),
                ]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows.Verdicts(
                new Joining(),
                [
                    .. from seed in new[] { 42, 90, 4 }
                    select new Measured<Joining.Cell, Joining.Row>("", new(10, seed), 0, new(100 + (seed % 3), 0.5, 0.5, 20)),
                ]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows.Verdicts(
                new ScaleUp(),
                [
                    .. from nodes in new[] { 100_000, 1_000_000 }
                    select new Measured<ScaleUp.Cell, ScaleUp.Row>("", new(nodes, 42), 0, new(1000, 1e5, 1e5, 10, 1e5)),
                ]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
        Assert.That(
            MadeUpRows.Verdicts(
                new Networked(),
                [
                    .. from fault in new[] { "none", "loss", "kill", "partition" }
                    select new Measured<Networked.Cell, Networked.Row>("", new(fault, 42), 0, new(3, 300, 0.9, 0, 1, 1, 20)),
                ]
            ),
            Is.All.EqualTo(Verdict.Failed)
        );
    }

    private static IReadOnlyList<Measured<SettingCell, RoundRow>> Settings(string[] settings, RoundRow row) =>
        [
            .. from setting in settings
            from seed in new[] { 42, 90, 4, 5, 6 }
            select new Measured<SettingCell, RoundRow>(
                "",
                new(setting, seed),
                0,
                row with
                {
                    MedianRoundS = row.MedianRoundS + (0.01 * (seed % 3)),
                    RoundsToTarget = row.RoundsToTarget + (0.01 * (seed % 3)),
                    StartedPerRound = row.StartedPerRound + (0.0001 * (seed % 3)),
                }
            ),
        ];

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed).And.None.EqualTo(Verdict.NotJudged));
    }
}
