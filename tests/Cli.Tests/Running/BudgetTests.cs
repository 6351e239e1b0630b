using CsCheck;
using ResearchKit.Experiments;

namespace ResearchKit.Cli.Tests;

public sealed class BudgetTests
{
    private static TimeSpan?[] Costs(double? quick, double? full, double? paper) =>
        [.. new[] { quick, full, paper }.Select(s => s is { } v ? TimeSpan.FromSeconds(v) : (TimeSpan?)null)];

    [Test]
    public void The_cheapest_steps_are_taken_while_they_fit()
    {
        Scale[] chosen = Budget.Choose([Costs(1, 10, 100), Costs(1, 20, 30)], TimeSpan.FromSeconds(45));
        Assert.That(chosen, Is.EqualTo(new[] { Scale.Full, Scale.Paper }));
    }

    [Test]
    public void A_scale_whose_time_is_not_known_is_never_stepped_up_to() =>
        Assert.That(Budget.Choose([Costs(1, null, 5)], TimeSpan.FromHours(9)), Is.EqualTo(new[] { Scale.Quick }));

    [Test]
    public void What_is_chosen_fits_or_is_quick() =>
        Gen.Select(Gen.Double[0, 10], Gen.Double[0, 100], Gen.Double[0, 1000])
            .Select(c => Costs(c.Item1, c.Item1 + c.Item2, c.Item1 + c.Item2 + c.Item3))
            .List[1, 5]
            .Select(Gen.Double[0, 2000])
            .Sample(
                (costs, budget) =>
                {
                    Scale[] chosen = Budget.Choose(costs, TimeSpan.FromSeconds(budget));
                    double spent = costs.Zip(chosen, (c, s) => c[(int)s]!.Value.TotalSeconds).Sum();
                    return chosen.All(s => s == Scale.Quick) || spent <= budget + 1e-6;
                }
            );
}
