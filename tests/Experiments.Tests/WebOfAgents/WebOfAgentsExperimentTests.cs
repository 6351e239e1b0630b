using ResearchKit.Papers.WebOfAgents;

namespace ResearchKit.Experiments.Tests.WebOfAgents;

/// <summary>The experiments on the Web of Agents at the quick scale: no claim fails, and claims can.</summary>
public class WebOfAgentsExperimentTests
{
    [Test]
    public async Task Negotiation_pays_as_computed() => AssertSound(await InMemoryRun.OfAsync<NegotiationAmortisation>());

    [Test]
    public void Without_rows_every_claim_is_listed_and_no_figure_fails()
    {
        Assert.That(new NegotiationAmortisation().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6));
        Assert.That(new NegotiationAmortisation().Draw([]), Is.Empty);
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
