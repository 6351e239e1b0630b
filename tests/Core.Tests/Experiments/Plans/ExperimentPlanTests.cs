using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class ExperimentPlanTests
{
    [Test]
    public void CellsKeepTheirOrderAndGrowingTheGridKeepsTheirKeys()
    {
        ExperimentPlan small = ExperimentPlan.Of(new Grid(), new GridOptions());
        ExperimentPlan grown = ExperimentPlan.Of(new Grid(), new GridOptions { Seeds = [1, 2, 3, 4] });
        Assert.That(small.Cells.Select(c => c.Json), Is.EqualTo(Expected()));
        Assert.That(small.Cells.Select(c => c.Key), Is.SubsetOf(grown.Cells.Select(c => c.Key)));
        Assert.That(grown.OptionsHash, Is.Not.EqualTo(small.OptionsHash));

        static IEnumerable<string> Expected() =>
            from system in (string[])["Alpha", "Beta"]
            from seed in (int[])[1, 2, 3]
            select $"{{\"Seed\":{seed},\"System\":\"{system}\"}}";
    }

    [Test]
    public void EqualCellsAreRefusedByName()
    {
        var error = Assert.Throws<ResearchKitException>(() => ExperimentPlan.Of(new Grid(), new GridOptions { Seeds = [1, 2, 1] }));
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.PlanInvalid));
        Assert.That(error.Message, Does.Contain("cells 0 {\"Seed\":1,\"System\":\"Alpha\"} and 2 {\"Seed\":1,\"System\":\"Alpha\"}"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AnUnstablePlanIsRefused(bool shrinks)
    {
        int calls = 0;
        Probe experiment = new()
        {
            Seeds = () =>
                ++calls == 1 ? [1, 2]
                : shrinks ? [1]
                : [2, 1],
        };
        var error = Assert.Throws<ResearchKitException>(() => ExperimentPlan.Of(experiment, new ProbeOptions()));
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.PlanInvalid));
        Assert.That(error.Message, Does.Contain("not the same list each time"));
    }

    [Test]
    public void OptionsAreValidatedFirst() =>
        Assert.Throws<InvalidOptionsException>(() => ExperimentPlan.Of(new Grid(), new GridOptions { RowsPerCell = 1001 }));

    [Test]
    public void ACellIsFoundByTheBeginningOfItsKey()
    {
        ExperimentPlan plan = ExperimentPlan.Of(new Grid(), new GridOptions());
        PlannedCell cell = plan.Cells[3];
        Assert.That(plan.FindByPrefix(cell.Key[..6]), Is.SameAs(cell));
        Assert.Throws<ArgumentException>(() => plan.FindByPrefix(cell.Key[..5]));
        Assert.Throws<ArgumentException>(() => plan.FindByPrefix("zzzzzz"));
    }

    [Test]
    public void ARowThatRepeatsItsCellIsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => ExperimentPlan.Of(new RepeatingExperiment(), new ExperimentOptions()));
        Assert.That(error.Message, Does.Contain("the column Seed is both in"));
    }
}
