using ResearchKit.Audit;
using ResearchKit.Papers.Audit;

namespace ResearchKit.Experiments.Tests.Audit;

/// <summary>The experiments of the audit paper at the quick scale, with fewer seeds: they run, no claim fails, and each claim can.</summary>
public class AuditExperimentTests
{
    private static readonly TrainedPlatforms Platforms = new();

    [Test]
    public async Task What_is_hidden_is_measured_and_drawn()
    {
        HiddenAgainstDetection experiment = new(Platforms, []);
        ExperimentResult result = await InMemoryRun.OfAsync(experiment, set: ["Seeds=1,2,3,4,5"]);
        AssertSound(result);
        Assert.That(result.Figures, Has.Count.EqualTo(2));
        Assert.That(result.Figures[0].Series.Select(s => s.Name), Does.Contain("model swap").And.Contain("ROC mitigation"));
    }

    [Test]
    public async Task What_can_be_concealed_is_measured_and_drawn_and_a_strategy_of_ones_own_joins()
    {
        ManipulationFamily own = new("always yes", [new ConstantAnswer(true)]);
        ConcealableAgainstBudget experiment = new(Platforms, [own]);
        ExperimentResult result = await InMemoryRun.OfAsync(experiment, set: ["Seeds=1,2,3,4,5"]);
        AssertSound(result);
        Series always = result.Figures.SelectMany(f => f.Series).First(s => s.Name == "always yes");
        Assert.That((always.NotInPaper, always.Points.Count), Is.EqualTo((true, 0)), "it never passes: no value, and no zero");
    }

    [Test]
    public async Task The_spread_of_the_estimate_is_as_predicted()
    {
        EstimationVariance experiment = new(Platforms);
        AssertSound(await InMemoryRun.OfAsync(experiment, set: ["Seeds=1,2,3,4,5"]));
    }

    [Test]
    public async Task The_theory_holds() => AssertSound(await InMemoryRun.OfAsync<DetectionTheory>());

    [Test]
    public async Task Training_without_protected_people_runs()
    {
        TrainingImbalance experiment = new();
        ExperimentResult result = await InMemoryRun.OfAsync(experiment, set: ["Seeds=1,2,3", "Removed=0,0.8"]);
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
    }

    [Test]
    public void Full_scale_adds_real_tables_and_faces_which_say_what_they_need()
    {
        ConcealableAgainstBudget experiment = new();
        AuditCell[] cells = [.. experiment.Plan(experiment.For(Scale.Full))];
        Assert.That(cells.Select(c => c.Data).Distinct().Count(), Is.EqualTo(1 + 3 + 8));
        Assert.That(
            cells.Where(c => c.Data == "acs-income-mn-race").SelectMany(c => c.Needs()).Distinct(),
            Is.EqualTo(new[] { "data:acs-income-2018" })
        );
        Assert.That(cells.Where(c => c.Data == "compas-race").Max(c => c.Budget), Is.EqualTo(2000), "the pool of COMPAS has 2000 rows");
        Assert.That(
            cells.Where(c => c.Data.StartsWith("faces-", StringComparison.Ordinal)).Select(c => c.Model).Distinct(),
            Is.EqualTo(new[] { "calibrated" })
        );
    }

    [Test]
    public void Without_rows_every_claim_is_listed()
    {
        Experiment[] all =
        [
            new HiddenAgainstDetection(),
            new ConcealableAgainstBudget(),
            new EstimationVariance(),
            new TrainingImbalance(),
            new DetectionTheory(),
        ];
        Assert.That(all.Select(e => e.Claims().Count), Is.EqualTo(new[] { 6, 15, 6, 2, 3 }));
        Assert.That(all.SelectMany(e => e.Claims()).Where(c => c.Kind != ClaimKind.AllOf).Select(c => c.Estimate), Is.All.Null);
    }

    [Test]
    public void Claims_fall_when_cheap_and_dear_strategies_change_places()
    {
        List<Measured<AuditCell, ConcealableAgainstBudget.Row>> rows =
        [
            .. from data in new[] { "acs-employment-synth", "acs-income-mn-race" }
            from model in new[] { "gbdt", "logistic" }
            from budget in new[] { 100, 1000, 5000 }
            from seed in Enumerable.Range(1, 10)
            from strategy in new[] { "label transport", "linear relaxation", "ROC mitigation", "threshold manipulation" }
            select new Measured<AuditCell, ConcealableAgainstBudget.Row>(
                "",
                new AuditCell(data, model, budget, seed),
                0,
                new ConcealableAgainstBudget.Row(
                    strategy,
                    (strategy == "label transport" ? 0.3 : 0.01) + (0.0001 * seed) + (budget > 100 ? 0.001 : 0),
                    1,
                    1,
                    0.155,
                    0.15,
                    true,
                    0.05,
                    0.001
                )
            ),
        ];
        ConcealableAgainstBudget experiment = new();
        IEnumerable<Verdict> verdicts = ClaimJudge
            .Judge(
                [.. experiment.Judge(rows).Select(c => (experiment.Info, c))],
                new JudgeContext(Scale.Full, new HashSet<string>(), MachineBusy: false)
            )
            .Select(c => c.Verdict);
        Assert.That(verdicts, Is.All.EqualTo(Verdict.Failed));
    }

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        // Few seeds leave some intervals across an edge; none of the claims may be wrong.
        Assert.That(result.Claims.Where(c => c.Verdict is Verdict.Failed).Select(c => $"{c.Claim.Id}: {c.Why}"), Is.Empty);
        Assert.That(result.Claims.Where(c => c.Verdict == Verdict.Confirmed), Is.Not.Empty);
    }
}
