using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests;

public class WatermarkPlannerTests
{
    private static readonly WatermarkPlanner Facebook = new(4039, 88234);

    /// <summary>The predictions of the tables of sections 6.3 and 6.4, given there to one decimal.</summary>
    [TestCase(4039, 88234, 176, 21.0)]
    [TestCase(4039, 88234, 882, 22.2)]
    [TestCase(986, 16064, 32, 16.1)]
    [TestCase(986, 16064, 160, 20.3)]
    [TestCase(5241, 14484, 28, 16.9)]
    [TestCase(5241, 14484, 144, 20.9)]
    [TestCase(6301, 20777, 41, 18.2)]
    [TestCase(6301, 20777, 207, 21.3)]
    [TestCase(2708, 5278, 10, 12.5)]
    [TestCase(2708, 5278, 52, 18.4)]
    [TestCase(1000, 4975, 9, 11.3)]
    [TestCase(1000, 5000, 50, 17.6)]
    public void Predictions_agree_with_the_table_of_strengths(int nodes, int edges, int budget, double similarity) =>
        Assert.That(new WatermarkPlanner(nodes, edges).NoAttack(budget).Similarity, Is.EqualTo(similarity).Within(0.06));

    [TestCase(4039, 88234, 20.4, 13.3, 7.8)]
    [TestCase(5241, 14484, 15.7, 7.1, 3.7)]
    [TestCase(6301, 20777, 17.1, 8.4, 4.4)]
    [TestCase(986, 16064, 14.5, 6.2, 3.2)]
    [TestCase(2708, 5278, 11.2, 4.3, 2.2)]
    [TestCase(1000, 4975, 10.1, 3.8, 1.9)]
    public void Predictions_agree_with_the_table_of_robustness(int nodes, int edges, double few, double half, double many)
    {
        // The table is of the sparse limit (B h)^2 / (B + R); the planner also counts the share p of all pairs, which scales small similarities by 1 - 2p.
        WatermarkPlanner planner = new(nodes, edges);
        foreach ((double share, double similarity) in new[] { (0.05, few), (0.5, half), (2.0, many) })
        {
            double ofPairs = share * edges / (nodes * (nodes - 1.0) / 2);
            Assert.That(
                planner.RandomFlips(edges / 100, share * edges).Similarity,
                Is.EqualTo(similarity * (1 - (2 * ofPairs))).Within(0.09)
            );
        }
    }

    [Test]
    public void Random_flips_of_half_of_all_pairs_leave_nothing()
    {
        WatermarkPlanner planner = new(1000, 5000);
        Assert.That(planner.RandomFlips(50, 1000 * 999 / 4.0).Similarity, Is.Zero.Within(1e-9));
        Assert.That(() => planner.RandomFlips(50, 1000 * 999), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Formulas_are_those_of_the_analysis()
    {
        double tau = StandardNormal.InverseUpperTail(882 / (4039.0 * 4038 / 2));
        double h = StandardNormal.Density(tau) / StandardNormal.UpperTail(tau);
        double Sim(double s) => Math.Sqrt(512 * s / (s + 512));
        WatermarkPlan plan = Facebook.NoAttack(882);
        Assert.That(plan.Tau, Is.EqualTo(tau));
        Assert.That(plan.Hazard, Is.EqualTo(h).Within(1e-9));
        Assert.That(plan.Deflection, Is.EqualTo(882 * h * h).Within(1e-6));
        Assert.That(plan.Similarity, Is.EqualTo(Sim(882 * h * h)).Within(1e-9));
        Assert.That(plan.DetectionProbability, Is.EqualTo(StandardNormal.UpperTail(6 - plan.Similarity)));
        Assert.That(
            Facebook.EdgeDeletion(882, 0.3).Similarity,
            Is.EqualTo(Sim(Math.Pow(0.7 * 882 * h, 2) / ((0.7 * 882) + (0.3 * 88234)))).Within(1e-9)
        );
        Assert.That(Facebook.NodeDeletion(882, 0.3).Similarity, Is.EqualTo(Sim(0.49 * 882 * h * h)).Within(1e-9));
        Assert.That(Facebook.Collusion(882, 3).Similarity, Is.EqualTo(Sim(Math.Pow(882 * h / 3, 2) / 882)).Within(1e-9));
        Assert.That(Facebook.BlindScore(882), Is.EqualTo(882 * h / Math.Sqrt(88234)).Within(1e-9));
        WatermarkPlanner plain = new(4039, 88234) { Phases = false };
        Assert.That(plain.NoAttack(882).Deflection, Is.EqualTo(882 * h * h / 2).Within(1e-6));
    }

    [Test]
    public void The_table_of_deletions_is_met_with_its_sampled_candidates()
    {
        // Section 6.5: two million sampled non-edges, edge deletion of 10, 30 and 50 % on ego-Facebook.
        WatermarkPlanner planner = new(4039, 88234) { Candidates = 2_088_234 };
        Assert.That(planner.EdgeDeletion(882, 0.1).Similarity, Is.EqualTo(17.8).Within(0.1));
        Assert.That(planner.EdgeDeletion(882, 0.3).Similarity, Is.EqualTo(11.5).Within(0.1));
        Assert.That(planner.EdgeDeletion(882, 0.5).Similarity, Is.EqualTo(7.1).Within(0.1));
        // Section 6.6, where the suspect has the edges of the mark too: 10.5, 4.8 and 5.6.
        Assert.That(new WatermarkPlanner(4039, 89_116) { Candidates = 2_088_234 }.BlindScore(882), Is.EqualTo(10.5).Within(0.15));
        Assert.That(new WatermarkPlanner(5241, 14_628) { Candidates = 2_014_484 }.BlindScore(144), Is.EqualTo(4.8).Within(0.1));
        Assert.That(new WatermarkPlanner(6301, 20_984) { Candidates = 2_020_777 }.BlindScore(207), Is.EqualTo(5.6).Within(0.1));
    }

    [Test]
    public void Stochastic_rounding_is_planned_as_measured() =>
        // Section 3.7: 202 flips, m = 512, predicted 14.0.
        Assert.That(new WatermarkPlanner(1000, 4917).Stochastic(202).Similarity, Is.EqualTo(14.0).Within(0.05));

    [Test]
    public void The_flips_that_defeat_a_mark_bring_it_to_the_threshold()
    {
        foreach (bool phases in new[] { true, false })
        {
            WatermarkPlanner planner = new(4039, 88234) { Phases = phases };
            double flips = planner.FlipsToDefeat(882);
            Assert.That(planner.RandomFlips(882, flips).Similarity, Is.EqualTo(6).Within(1e-9));
            Assert.That(planner.RandomFlips(882, flips).DetectionProbability, Is.EqualTo(0.5).Within(1e-9));
        }
        Assert.That(new WatermarkPlanner(1000, 5000).FlipsToDefeat(1), Is.Zero, "a mark that is too weak needs no attack");
        Assert.That(Facebook.FlipsToDefeat(0), Is.Zero);
    }

    [TestCase(6.0)]
    [TestCase(10.0)]
    [TestCase(20.0)]
    public void The_budget_for_a_similarity_is_the_smallest_that_reaches_it(double similarity)
    {
        long budget = Facebook.BudgetFor(similarity);
        Assert.That(Facebook.NoAttack(budget).Similarity, Is.GreaterThanOrEqualTo(similarity));
        Assert.That(Facebook.NoAttack(budget - 1).Similarity, Is.LessThan(similarity));
    }

    [Test]
    public void No_flips_are_worth_nothing()
    {
        WatermarkPlan plan = Facebook.NoAttack(0);
        Assert.That((plan.Similarity, plan.Deflection, plan.Tau), Is.EqualTo((0.0, 0.0, double.PositiveInfinity)));
        Assert.That(Facebook.RandomFlips(0, 10).Similarity, Is.Zero);
        Assert.That(Facebook.EdgeDeletion(0, 1).Similarity, Is.Zero);
        Assert.That(Facebook.BlindScore(0), Is.Zero);
    }

    [Test]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.That(() => new WatermarkPlanner(2, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new WatermarkPlanner(4, 7), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 6 edges"));
        Assert.That(() => Facebook.NoAttack(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Facebook.NoAttack(1e9), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("8154741"));
        Assert.That(() => Facebook.RandomFlips(10, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Facebook.EdgeDeletion(10, 1.1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0..1"));
        Assert.That(() => Facebook.Collusion(10, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Facebook.BudgetFor(23), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("m = 512"));
        Assert.That(() => new WatermarkPlanner(10, 5) { Length = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
