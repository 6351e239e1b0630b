using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Manipulation;

public class RejectOptionTests
{
    [TestCase(RejectOptionMeasure.StatisticalParity)]
    [TestCase(RejectOptionMeasure.AverageOdds)]
    [TestCase(RejectOptionMeasure.EqualOpportunity)]
    public void The_choice_is_the_first_best_in_bounds_of_going_through_all_rows(RejectOptionMeasure measure)
    {
        (double[] scores, byte[] labels, byte[] group) = Rows();
        RejectOptionOptions options = new()
        {
            Thresholds = 12,
            Margins = 7,
            Measure = measure,
        };
        RejectOptionClassifier found = RejectOptionClassifier.Fit(scores, labels, group, options);
        (double t, double r, double balanced, double value) best = (0, 0, -1, 0);
        for (int i = 0; i < 12; i++)
        {
            double t = i == 11 ? 0.99 : 0.01 + (i * (0.98 / 11));
            for (int k = 0; k < 7; k++)
            {
                double widest = Math.Min(t, 1 - t);
                double r = k == 6 ? widest : k * (widest / 6);
                byte[] answers = [.. scores.Select((s, n) => s > t - r && s <= t + r ? group[n] : (byte)(s > t ? 1 : 0))];
                GroupTable table = GroupTable.Of(labels, answers, Array.ConvertAll(group, g => (int)g));
                double balanced =
                    (FairnessMetrics.TruePositiveRate.Value(table.Overall) + FairnessMetrics.TrueNegativeRate.Value(table.Overall)) / 2;
                double value = measure switch
                {
                    RejectOptionMeasure.StatisticalParity => TwoGroupFairness.StatisticalParityDifference(table, 1, 0),
                    RejectOptionMeasure.EqualOpportunity => TwoGroupFairness.EqualOpportunityDifference(table, 1, 0),
                    _ => TwoGroupFairness.AverageOddsDifference(table, 1, 0),
                };
                if (Math.Abs(value) <= 0.05 && balanced > best.balanced)
                {
                    best = (t, r, balanced, value);
                }
            }
        }
        Assert.That((found.Threshold, found.Margin, found.InBounds), Is.EqualTo((best.t, best.r, true)));
        Assert.That(found.BalancedAccuracy, Is.EqualTo(best.balanced).Within(1e-12));
        Assert.That(found.Measure, Is.EqualTo(best.value).Within(1e-12));
        byte[] drawn = [.. scores.Select((s, n) => found.Answer(s, group[n]))];
        Assert.That(
            Math.Abs(TwoGroupFairness.SignedDemographicParity(drawn, group)) <= 0.05 || measure != RejectOptionMeasure.StatisticalParity,
            Is.True
        );
    }

    [Test]
    public void Without_a_choice_in_bounds_the_fairest_is_taken_and_that_is_said()
    {
        (double[] scores, byte[] labels, byte[] group) = Rows();
        RejectOptionClassifier found = RejectOptionClassifier.Fit(
            scores,
            labels,
            group,
            new RejectOptionOptions { LowerBound = 2, UpperBound = 3 }
        );
        Assert.That(found.InBounds, Is.False);
        Assert.That(Math.Abs(found.Measure), Is.LessThan(0.02));
        Assert.That(
            () => RejectOptionClassifier.Fit([0.1, 0.2], [1, 1], [0, 1]),
            Throws.ArgumentException.With.Message.Contains("label 1")
        );
    }

    private static (double[] Scores, byte[] Labels, byte[] Group) Rows()
    {
        RandomStream random = RandomStream.Named("reject-option");
        byte[] group = [.. Enumerable.Range(0, 300).Select(_ => random.NextBool(0.4) ? (byte)1 : (byte)0)];
        double[] scores = [.. group.Select(g => Math.Clamp(0.55 - (0.15 * g) + (0.2 * random.NextGaussian()), 0.01, 0.99))];
        return (scores, [.. scores.Select(s => random.NextBool(s) ? (byte)1 : (byte)0)], group);
    }
}
