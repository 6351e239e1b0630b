using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Manipulation;

public class ThresholdOptimizerTests
{
    [TestCaseSource(nameof(Cases))]
    public void Everything_agrees_with_fairlearn(int index)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "threshold_optimizer.json");
        JsonElement c = document.RootElement.GetProperty("cases")[index];
        double[] scores = c.Numbers("scores");
        byte[] group = c.Bytes("group");
        FittedThresholds fitted = new ThresholdOptimizer
        {
            Constraint = c.GetProperty("constraint").GetString() switch
            {
                "demographic_parity" => ParityConstraint.DemographicParity,
                "true_positive_rate_parity" => ParityConstraint.TruePositiveRate,
                "false_positive_rate_parity" => ParityConstraint.FalsePositiveRate,
                "true_negative_rate_parity" => ParityConstraint.TrueNegativeRate,
                "false_negative_rate_parity" => ParityConstraint.FalseNegativeRate,
                "equalized_odds" => ParityConstraint.EqualizedOdds,
                var other => throw new NotSupportedException(other),
            },
            Objective =
                c.GetProperty("objective").GetString() == "accuracy_score"
                    ? ThresholdObjective.Accuracy
                    : ThresholdObjective.BalancedAccuracy,
            GridSize = c.GetProperty("grid_size").GetInt32(),
        }.Fit(scores, c.Bytes("labels"), group);
        Assert.That(fitted.BestX, Is.EqualTo(c.Number("x_best")).Within(1e-12));
        foreach (JsonProperty expected in c.GetProperty("interpolation").EnumerateObject())
        {
            GroupThresholds found = fitted.Groups[int.Parse(expected.Name, System.Globalization.CultureInfo.InvariantCulture)]!;
            GoldenJson.AssertClose(found.Weight0, expected.Value.Number("p0"), 1e-12, "p0");
            GoldenJson.AssertClose(found.Weight1, expected.Value.Number("p1"), 1e-12, "p1");
            GoldenJson.AssertClose(found.Threshold0, expected.Value.GetProperty("operation0").Number("threshold"), 1e-12, "operation0");
            GoldenJson.AssertClose(found.Threshold1, expected.Value.GetProperty("operation1").Number("threshold"), 1e-12, "operation1");
            if (expected.Value.TryGetProperty("p_ignore", out JsonElement ignored))
            {
                GoldenJson.AssertClose(found.Ignored, ignored.Number(), 1e-12, "p_ignore");
                GoldenJson.AssertClose(found.Constant, expected.Value.Number("prediction_constant"), 1e-12, "prediction_constant");
            }
        }
        double[] probabilities = [.. scores.Select((s, i) => fitted.Probability(s, group[i]))];
        Assert.That(probabilities, Is.EqualTo(c.Numbers("p_positive")).Within(1e-12));
    }

    private static IEnumerable<int> Cases() => Enumerable.Range(0, 16);

    [Test]
    public void Expected_selection_rates_are_equal_and_no_equal_rate_pair_of_the_grid_is_better()
    {
        RandomStream random = RandomStream.Named("threshold-optimizer");
        int n = 400;
        byte[] group = [.. Enumerable.Range(0, n).Select(_ => random.NextBool(0.3) ? (byte)1 : (byte)0)];
        double[] scores = [.. group.Select(a => Math.Clamp(0.5 + (0.1 * a) + (0.2 * random.NextGaussian()), 0.001, 0.999))];
        byte[] labels = [.. scores.Select(s => random.NextBool(s) ? (byte)1 : (byte)0)];
        FittedThresholds fitted = new ThresholdOptimizer().Fit(scores, labels, group);
        double[] probabilities = [.. scores.Select((s, i) => fitted.Probability(s, group[i]))];
        foreach (int g in new[] { 0, 1 })
        {
            double rate = probabilities.Where((_, i) => group[i] == g).Average();
            Assert.That(rate, Is.EqualTo(fitted.BestX).Within(1e-9));
        }
        double expectedAccuracy = probabilities.Select((p, i) => labels[i] == 1 ? p : 1 - p).Average();
        Assert.That(expectedAccuracy, Is.EqualTo(fitted.Objective).Within(1e-9));
        // Deterministic thresholds with equal rates: the same number per mille in both groups.
        foreach (int rate in Enumerable.Range(0, 101))
        {
            int right = 0;
            bool exact = true;
            foreach (int g in new[] { 0, 1 })
            {
                int[] rows = [.. Enumerable.Range(0, n).Where(i => group[i] == g).OrderByDescending(i => scores[i])];
                exact &= rows.Length * rate % 100 == 0;
                right += rows.Where((row, place) => (place < rows.Length * rate / 100) == (labels[row] == 1)).Count();
            }
            Assert.That(!exact || (double)right / n <= fitted.Objective + 1e-9, Is.True, $"rate {rate} %");
        }
    }

    [Test]
    public void A_group_with_one_label_is_refused_by_name()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            new ThresholdOptimizer().Fit([0.2, 0.8, 0.4, 0.6], [0, 1, 1, 1], [0, 0, 1, 1])
        );
        Assert.That(error.Message, Does.Contain("Degenerate labels").And.Contain("group 1").And.Contain("label 1"));
    }

    [Test]
    public void Scores_that_are_no_numbers_and_grids_without_steps_are_refused()
    {
        Assert.That(
            () => new ThresholdOptimizer().Fit([double.NaN, 0.3], [0, 1], [0, 1]),
            Throws.ArgumentException.With.Message.Contains("scores[0]")
        );
        Assert.That(() => new ThresholdOptimizer { GridSize = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
