using ResearchKit.Papers.Proximity;

namespace ResearchKit.Experiments.Tests.Proximity;

/// <summary>The experiments of the Proximity paper at the quick scale: they run on invented questions, no claim fails, and each claim can.</summary>
public class ProximityExperimentTests
{
    [Test]
    public async Task Hit_rates_on_invented_questions_behave_as_the_paper_says() => AssertSound(await InMemoryRun.OfAsync<MmluHitRate>());

    [Test]
    public async Task Small_tolerances_are_free_and_large_ones_destroy_on_invented_questions() =>
        AssertSound(await InMemoryRun.OfAsync<MedRagTradeoff>());

    [Test]
    public async Task The_latency_model_predicts_the_papers_latencies()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<LatencyModel>();
        Assert.That(result.Claims.Select(c => c.Verdict), Is.All.EqualTo(Verdict.Confirmed));
    }

    [Test]
    public async Task Hashing_saves_calls_on_invented_streams() => AssertSound(await InMemoryRun.OfAsync<ZipfLsh>(set: ["Length=800"]));

    [Test]
    public void Without_rows_every_claim_is_listed_and_no_figure_fails()
    {
        Assert.That(new MmluHitRate().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4 + 15 + 3));
        Assert.That(new MedRagTradeoff().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6 + 6));
        Assert.That(new ZipfLsh().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6));
        Assert.That(new LookupTime().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(3));
        Assert.That(new LatencyModel().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4));
        Assert.That(new MmluHitRate().Draw([]), Is.Empty);
        Assert.That(new LookupTime().Draw([]).Single().Series, Is.Empty);
    }

    [Test]
    public void Claims_fall_when_a_large_tolerance_keeps_the_evidence()
    {
        List<Measured<MedRagTradeoff.Cell, MedRagTradeoff.Row>> rows =
        [
            .. from seed in Enumerable.Range(1, 3)
            from tolerance in new[] { 0.6, 1.5 }
            select new Measured<MedRagTradeoff.Cell, MedRagTradeoff.Row>(
                "",
                new MedRagTradeoff.Cell(ProximityWorkload.Generated, seed),
                0,
                new MedRagTradeoff.Row(300, tolerance, 0.01 + (0.001 * seed), 0.9, 0.5 + (0.001 * seed), 0.9)
            ),
        ];
        Verdict[] verdicts =
        [
            .. ClaimJudge
                .Judge(
                    [.. new MedRagTradeoff().Judge(rows).Select(c => (new MedRagTradeoff().Info, c))],
                    new JudgeContext(Scale.Quick, new HashSet<string>(), MachineBusy: false)
                )
                .Where(c => c.Claim.Estimate is not null)
                .Select(c => c.Verdict),
        ];
        Assert.That(verdicts, Has.Length.EqualTo(3).And.All.EqualTo(Verdict.Failed));
    }

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed).And.None.EqualTo(Verdict.NotJudged));
        Assert.That(result.Claims.Where(c => c.Verdict == Verdict.Confirmed), Is.Not.Empty);
    }
}
