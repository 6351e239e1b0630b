using ResearchKit.Papers.WebOfAgents;

namespace ResearchKit.Experiments.Tests.WebOfAgents;

/// <summary>The experiments on the Web of Agents at the quick scale: no claim fails, and claims can.</summary>
public class WebOfAgentsExperimentTests
{
    [Test]
    public async Task Negotiation_pays_as_computed() => AssertSound(await InMemoryRun.OfAsync<NegotiationAmortisation>());

    [Test]
    public async Task Every_ecosystem_reaches_every_other_through_the_layer() =>
        AssertSound(await InMemoryRun.OfAsync<InteroperabilityMatrix>());

    [Test]
    public async Task The_index_answers_as_reading_everything_does() =>
        AssertSound(await InMemoryRun.OfAsync<DiscoveryScale>(set: ["Agents=1000,20000", "Queries=100"]));

    [Test]
    public async Task Bridges_grow_with_the_square_and_adapters_do_not() => AssertSound(await InMemoryRun.OfAsync<AdapterGrowth>());

    [Test]
    public async Task Every_attack_on_the_defaults_is_stopped() => AssertSound(await InMemoryRun.OfAsync<AttackVerdicts>());

    [Test]
    public async Task Every_endpoint_answers_every_caller()
    {
        ExperimentResult result = await InMemoryRun.OfAsync<Messaging>(set: ["MeasureMs=100"]);
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Claims.Single(c => c.Claim.Id == "all-answered").Verdict, Is.EqualTo(Verdict.Confirmed));
    }

    [Test]
    public void Claims_fall_when_attacks_pass_and_the_layer_is_slow()
    {
        List<Measured<AttackVerdicts.Cell, AttackVerdicts.Row>> attacks =
        [
            new("", new AttackVerdicts.Cell("woa", "flood"), 0, new AttackVerdicts.Row(0, "")),
        ];
        Assert.That(MadeUpRows.Verdicts(new AttackVerdicts(), attacks), Is.All.EqualTo(Verdict.Failed));
        List<Measured<Messaging.Cell, Messaging.Row>> slow =
        [
            .. from seed in Enumerable.Range(1, 3)
            from e in new[] { ("bare", 1000.0), ("woa/1", 100.0), ("mcp", 500.0) }
            select new Measured<Messaging.Cell, Messaging.Row>(
                "",
                new Messaging.Cell(seed),
                0,
                new Messaging.Row(e.Item1, e.Item2 + seed, 1, 1, 1)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new Messaging(), slow), Has.Exactly(3).EqualTo(Verdict.Failed));
        List<Measured<AdapterGrowth.Cell, AdapterGrowth.Row>> growth =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(s => new Measured<AdapterGrowth.Cell, AdapterGrowth.Row>(
                    "",
                    new AdapterGrowth.Cell(10, s),
                    0,
                    new AdapterGrowth.Row(10, 5, 90, 5 + s, 2)
                )),
        ];
        Assert.That(MadeUpRows.Verdicts(new AdapterGrowth(), growth), Is.All.EqualTo(Verdict.Failed));
    }

    [Test]
    public void Claims_fall_when_pairs_do_not_reach_one_another_and_the_index_differs()
    {
        List<Measured<InteroperabilityMatrix.Cell, InteroperabilityMatrix.Row>> pairs =
        [
            .. from way in new[] { "direct", "layer" }
            from caller in new[] { "a2a-1.0", "woa/1" }
            from agent in new[] { "a2a-1.0", "woa/1" }
            select new Measured<InteroperabilityMatrix.Cell, InteroperabilityMatrix.Row>(
                "",
                new InteroperabilityMatrix.Cell(caller, agent, way),
                0,
                new InteroperabilityMatrix.Row(way == "direct" ? 1 : 0, 1, 1, "")
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new InteroperabilityMatrix(), pairs), Has.Exactly(3).EqualTo(Verdict.Failed));
        List<Measured<DiscoveryScale.Cell, DiscoveryScale.Row>> sizes =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(seed => new Measured<DiscoveryScale.Cell, DiscoveryScale.Row>(
                    "",
                    new DiscoveryScale.Cell(1_000_000, seed),
                    0,
                    new DiscoveryScale.Row(10 + seed, 5_000 + seed, 50, 100 + seed, 1)
                )),
        ];
        Assert.That(MadeUpRows.Verdicts(new DiscoveryScale(), sizes), Has.Exactly(4).EqualTo(Verdict.Failed));
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_no_figure_fails()
    {
        Assert.That(new NegotiationAmortisation().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6));
        Assert.That(new NegotiationAmortisation().Draw([]), Is.Empty);
        Assert.That(new InteroperabilityMatrix().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(3));
        Assert.That(new InteroperabilityMatrix().Draw([]), Is.Empty);
        Assert.That(new AdapterGrowth().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2));
        Assert.That(new AttackVerdicts().Judge([]).Select(c => c.Id), Is.EqualTo(new[] { "all-stopped" }));
        Assert.That(new Messaging().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(3));
        Assert.That(new AttackVerdicts().Draw([]), Is.Empty);
        Assert.That(new AdapterGrowth().Draw([]).Count() + new Messaging().Draw([]).Count(), Is.EqualTo(3));
        Assert.That(new DiscoveryScale().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(4));
        Assert.That(new DiscoveryScale().Draw([]).Single().Series.SelectMany(s => s.Points), Is.Empty);
    }

    [Test]
    public void Claims_fall_when_sharing_does_not_save()
    {
        List<Measured<NegotiationAmortisation.Cell, NegotiationAmortisation.Row>> rows =
        [
            .. from seed in Enumerable.Range(1, 3)
            from policy in new[] { "natural-language", "shared", "shared-compiled", "pairwise-eager" }
            select new Measured<NegotiationAmortisation.Cell, NegotiationAmortisation.Row>(
                "",
                new NegotiationAmortisation.Cell("generated", policy, seed),
                0,
                new NegotiationAmortisation.Row(1000, 6, 3, 500, 0, 0, 0, 0, 500, policy == "pairwise-eager" ? 500 + seed : 1000 + seed)
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new NegotiationAmortisation(), rows).Count(v => v == Verdict.Failed), Is.EqualTo(3));
    }

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Has.None.EqualTo(CellState.Failed));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed));
        Assert.That(result.Claims.Where(c => c.Verdict == Verdict.Confirmed), Is.Not.Empty);
    }
}
