using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Manipulation;

/// <summary>The strategies' answers, projected scores, flip counts and bounds, computed by scripts that share no code with this project.</summary>
public class ManipulationGoldenTests
{
    [TestCaseSource(nameof(Cases))]
    public void Every_strategy_agrees(int index)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "manipulations.json");
        Check(document.RootElement.GetProperty("cases")[index]);
    }

    [Test]
    public void Every_strategy_agrees_with_our_own_cases()
    {
        using JsonDocument document = OwnCases.Read();
        foreach (JsonElement c in document.RootElement.Items("manipulations"))
        {
            Check(c);
        }
    }

    private static IEnumerable<int> Cases() => Enumerable.Range(0, 10);

    private static void Check(JsonElement c)
    {
        byte[] group = c.Bytes("group");
        byte[] labels = c.Bytes("label");
        ManipulationContext context = new(c.Numbers("p1"), group, RandomStream.Named("golden"), labels);
        Assert.That(context.Honest.ToArray(), Is.EqualTo(c.Bytes("honest")));
        Assert.That(context.Margins.SignedDemographicParity, Is.EqualTo(c.Number("honest_dp_signed")).Within(1e-12));
        Assert.That(
            GroupTable.Of(labels, context.Honest, new int[labels.Length]).Overall.Errors / labels.Length,
            Is.EqualTo(c.Number("honest_error")).Within(1e-12)
        );
        GroupMargins margins = GroupMargins.Of(labels, group);
        byte[] answers = new byte[labels.Length];
        foreach (JsonElement roc in c.Items("roc"))
        {
            new RocMitigation(roc.Number("theta")).Answer(context, answers);
            Assert.That(answers, Is.EqualTo(roc.Bytes("answers")), $"theta = {roc.Number("theta")}");
        }
        foreach (JsonElement linear in c.Items("linear_relaxation"))
        {
            LinearRelaxation strategy = new(linear.Number("epsilon"));
            (double[] scores, double dual) = strategy.Project(context);
            Assert.That(scores, Is.EqualTo(linear.Numbers("scores")).Within(1e-7));
            double expected = linear.Number("dual");
            Assert.That(dual, Is.EqualTo(expected).Within(Math.Abs(expected) * 1e-5));
            strategy.Answer(context, answers);
            Assert.That(answers, Is.EqualTo(linear.Bytes("answers")));
        }
        foreach (JsonElement transport in c.Items("label_transport"))
        {
            TransportWeighting weighting =
                transport.GetProperty("weighting").GetString() == "proportional"
                    ? TransportWeighting.Proportional
                    : TransportWeighting.AsPublished;
            LabelTransport strategy = new(transport.Number("tolerated_unfairness"), weighting);
            TransportPlan plan = strategy.Plan(context.Margins);
            Assert.That(plan.Barycentre, Is.EqualTo(transport.Number("barycenter_positive")).Within(1e-12));
            int[] group1 = transport.Integers("group1_up_down");
            int[] group0 = transport.Integers("group0_up_down");
            Assert.That((plan.Up1, plan.Down1, plan.Up0, plan.Down0), Is.EqualTo((group1[0], group1[1], group0[0], group0[1])));
            strategy.Answer(context, answers);
            Assert.That(Flips(context.Honest, answers), Is.EqualTo(group0.Sum() + group1.Sum()));
        }
        foreach (JsonElement projection in c.Items("l2_projection"))
        {
            double[] scores = AuditTheory.L2Projection(context.Scores.Span, group, projection.Number("epsilon"));
            Assert.That(scores, Is.EqualTo(projection.Numbers("scores")).Within(1e-12));
        }
        foreach (JsonElement fewest in c.Items("fewest_flips"))
        {
            double epsilon = fewest.Number("epsilon");
            int flips = fewest.GetProperty("flips").GetInt32();
            Assert.That(ExactBounds.FewestFlips(context.Margins, epsilon).Flips, Is.EqualTo(flips));
            new FewestFlips(epsilon).Answer(context, answers);
            Assert.That(Flips(context.Honest, answers), Is.EqualTo(flips));
            Assert.That(Math.Abs(TwoGroupFairness.SignedDemographicParity(answers, group)), Is.LessThanOrEqualTo(epsilon + 1e-9));
        }
        foreach (JsonElement omniscient in c.Items("omniscient_concealable"))
        {
            double tau = omniscient.Number("tau");
            double? hidden = ExactBounds.OmniscientConcealable(context.Margins, margins, tau);
            GoldenJson.AssertClose(hidden ?? double.NaN, omniscient.Number("max_hidden"), 1e-12, $"tau = {tau}");
            new Omniscient(tau).Answer(context, answers);
            double reached = TwoGroupFairness.SignedDemographicParity(answers, group) - context.Margins.SignedDemographicParity;
            Assert.That(Math.Abs(reached), Is.EqualTo(hidden).Within(1e-12), "the answers reach the bound");
            Assert.That(Flips(labels, answers), Is.LessThan(tau * labels.Length));
        }
        foreach (JsonElement fair in c.Items("prior_fair_error_min_flips_from_labels"))
        {
            Assert.That(
                ExactBounds.FewestFlips(margins, fair.Number("epsilon")).Flips,
                Is.EqualTo(fair.GetProperty("min_errors").GetInt32())
            );
        }
    }

    private static int Flips(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int flips = 0;
        for (int i = 0; i < one.Length; i++)
        {
            flips += one[i] ^ other[i];
        }
        return flips;
    }
}
