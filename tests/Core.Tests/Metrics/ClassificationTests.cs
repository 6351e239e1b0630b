using CsCheck;
using ResearchKit.Goldens;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

/// <summary>Constants: NumPy 1.24 by the definitions (sums over the arrays below), the area by scipy 1.10's mannwhitneyu, divided by the number of pairs.</summary>
public class ClassificationTests
{
    private static readonly int[] Labels = [0, 2, 1, 1, 0, 2, 2, 1, 0, 0, 2, 1, 2, 2, 0];
    private static readonly int[] Predictions = [0, 2, 1, 0, 0, 1, 2, 1, 2, 0, 2, 1, 0, 2, 1];
    private static readonly double[] Scores = [.1, .4, .35, .8, .4, .7, .4, .9, .2, .5];
    private static readonly bool[] Positive = [false, false, true, true, false, true, true, true, false, false];

    private static readonly Gen<(double[] Scores, bool[] Labels)> Scored = Gen.Select(
            Gen.Int[0, 8].Select(i => i / 8.0), // few values: ties are the rule
            Gen.Bool
        )
        .Array[1, 40]
        .Select(cases => (cases.Select(c => c.Item1).ToArray(), cases.Select(c => c.Item2).ToArray()));

    [Test]
    public void Confusion_counts_and_what_follows_from_them()
    {
        ConfusionMatrix matrix = Classification.Confusion(Labels, Predictions, 3);
        Assert.That((matrix[0, 0], matrix[0, 1], matrix[2, 1], matrix[1, 2]), Is.EqualTo((3L, 1L, 1L, 0L)));
        Assert.That((matrix.Labelled(2), matrix.Predicted(2), matrix.Total), Is.EqualTo((6L, 5L, 15L)));
        Assert.That(matrix.Accuracy, Is.EqualTo(10 / 15.0).Within(1e-15));
        Assert.That(matrix.F1Micro, Is.EqualTo(matrix.Accuracy));
        Assert.That(matrix.BalancedAccuracy, Is.EqualTo((3 / 5.0 + 3 / 4.0 + 4 / 6.0) / 3).Within(1e-15));
        Assert.That(matrix.F1Macro, Is.EqualTo((6 / 10.0 + 6 / 9.0 + 8 / 11.0) / 3).Within(1e-15));
        Assert.That(matrix.Precision(1), Is.EqualTo(3 / 5.0));
        Assert.That(Classification.Accuracy(Labels, Predictions), Is.EqualTo(matrix.Accuracy));
    }

    [Test]
    public void Classes_that_do_not_occur_leave_means_alone()
    {
        ConfusionMatrix matrix = Classification.Confusion([0, 0, 1], [0, 2, 1], 4);
        Assert.That(matrix.BalancedAccuracy, Is.EqualTo(0.75), "classes 0 and 1 occur");
        Assert.That(matrix.F1Macro, Is.EqualTo((2 / 3.0 + 1 + 0) / 3).Within(1e-15), "class 2 is predicted, class 3 is not");
        Assert.That(matrix.F1(3), Is.NaN);
        Assert.That((new ConfusionMatrix(2).Accuracy, new ConfusionMatrix(2).F1Macro), Is.EqualTo((double.NaN, double.NaN)));
    }

    [Test]
    public void Tables_of_parts_add_up_to_that_of_the_whole() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3])
            .Array[0, 30]
            .Sample(cases =>
            {
                int[] labels = [.. cases.Select(c => c.Item1)];
                int[] predictions = [.. cases.Select(c => c.Item2)];
                int cut = cases.Length / 3;
                ConfusionMatrix parts = Classification.Confusion(labels.AsSpan(0, cut), predictions.AsSpan(0, cut), 4);
                parts.Add(Classification.Confusion(labels.AsSpan(cut), predictions.AsSpan(cut), 4));
                Assert.That(parts.Total, Is.EqualTo(cases.Length));
                for (int l = 0; l < 4; l++)
                {
                    for (int p = 0; p < 4; p++)
                    {
                        Assert.That(parts[l, p], Is.EqualTo(cases.Count(c => c == (l, p))));
                    }

                    BinaryCounts one = parts.OneAgainstRest(l);
                    Assert.That(one.Total, Is.EqualTo(cases.Length));
                    Assert.That(one.TrueNegatives, Is.EqualTo(cases.Count(c => c.Item1 != l && c.Item2 != l)));
                    Assert.That(one.FalsePositives, Is.EqualTo(cases.Count(c => c.Item1 != l && c.Item2 == l)));
                }
            });

    [Test]
    public void Area_under_roc_as_scipy() => Assert.That(Classification.AreaUnderRoc(Positive, Scores), Is.EqualTo(0.8).Within(1e-15));

    [Test]
    public void Area_under_roc_is_the_share_of_ordered_pairs() =>
        Scored.Sample(
            (scores, labels) =>
            {
                double won = 0;
                long pairs = 0;
                for (int i = 0; i < labels.Length; i++)
                {
                    for (int j = 0; j < labels.Length; j++)
                    {
                        if (labels[i] && !labels[j])
                        {
                            pairs++;
                            won +=
                                scores[i] > scores[j] ? 1
                                : scores[i] == scores[j] ? 0.5
                                : 0;
                        }
                    }
                }

                double area = Classification.AreaUnderRoc(labels, scores);
                Assert.That(area, pairs == 0 ? Is.NaN : Is.EqualTo(won / pairs).Within(1e-12));
            }
        );

    [Test]
    public void Youden_takes_the_first_best_score_from_above() =>
        Scored.Sample(
            (scores, labels) =>
            {
                if (labels.Distinct().Count() < 2)
                {
                    return;
                }

                (double Threshold, double J) best = (double.PositiveInfinity, 0);
                foreach (double threshold in scores.Distinct().OrderDescending())
                {
                    double hits = scores.Where((s, i) => labels[i] && s >= threshold).Count() / (double)labels.Count(l => l);
                    double alarms = scores.Where((s, i) => !labels[i] && s >= threshold).Count() / (double)labels.Count(l => !l);
                    best = hits - alarms > best.J + 1e-12 ? (threshold, hits - alarms) : best;
                }

                YoudenThreshold found = Classification.Youden(labels, scores);
                Assert.That(found.Threshold, Is.EqualTo(best.Threshold));
                Assert.That(found.J, Is.EqualTo(best.J).Within(1e-12));
                Assert.That(found.TruePositiveRate - found.FalsePositiveRate, Is.EqualTo(found.J));
            }
        );

    /// <summary>The golden case of the router: the threshold by scores at or above it, the counts by scores above it.</summary>
    [Test]
    public void Youden_and_the_strict_decision_of_the_router()
    {
        using System.Text.Json.JsonDocument file = GoldenFiles.Json("rag", "router.json");
        System.Text.Json.JsonElement golden = file.RootElement.GetProperty("youden");
        bool[] labels = [.. golden.GetProperty("labels").EnumerateArray().Select(e => e.GetInt32() == 1)];
        double[] scores = [.. golden.GetProperty("scores").EnumerateArray().Select(e => e.GetDouble())];
        YoudenThreshold found = Classification.Youden(labels, scores);
        Assert.That(found.Threshold, Is.EqualTo(golden.GetProperty("youden_threshold").GetDouble()));
        Assert.That(found.J, Is.EqualTo(golden.GetProperty("J").GetDouble()).Within(1e-12));
        Assert.That(Classification.AreaUnderRoc(labels, scores), Is.EqualTo(golden.GetProperty("auc").GetDouble()).Within(1e-12));
        Assert.That(
            Classification.Confusion(labels, scores, found.Threshold),
            Is.EqualTo(new BinaryCounts(Count("tp"), Count("fp"), Count("tn"), Count("fn")))
        );

        long Count(string name) => golden.GetProperty(name).GetInt64();
    }

    [Test]
    public void Counts_of_two_classes_and_their_rates()
    {
        BinaryCounts counts = Classification.Confusion(Positive, Scores, 0.4);
        Assert.That(counts, Is.EqualTo(new BinaryCounts(3, 1, 4, 2)), "a score at the threshold is negative");
        Assert.That((counts.Accuracy, counts.TruePositiveRate, counts.FalsePositiveRate), Is.EqualTo((0.7, 0.6, 0.2)));
        Assert.That((counts.Precision, counts.BalancedAccuracy), Is.EqualTo((0.75, 0.7)));
        Assert.That(counts.F1, Is.EqualTo(6 / 9.0));
        Assert.That(counts.YoudenJ, Is.EqualTo(0.4).Within(1e-15));
        Assert.That(default(BinaryCounts).Precision, Is.NaN);
    }

    [Test]
    public void Probabilities_as_numpy()
    {
        Assert.That(Classification.LogLoss(Scores, Positive), Is.EqualTo(0.4694594362347564).Within(1e-14));
        Assert.That(Classification.Brier(Scores, Positive), Is.EqualTo(0.15425).Within(1e-14));
        double[] three = [.7, .2, .1, .1, .6, .3, .2, .2, .6, .3, .5, .2];
        Assert.That(Classification.LogLoss(three, [0, 1, 2, 0], 3), Is.EqualTo(0.6455747489491624).Within(1e-14));
        Assert.That(Classification.Brier(three, [0, 1, 2, 0], 3), Is.EqualTo(0.355).Within(1e-14));
    }

    [Test]
    public void Two_classes_are_a_case_of_many() =>
        Scored.Sample(
            (scores, labels) =>
            {
                double[] both = [.. scores.SelectMany(p => new[] { 1 - p, p })];
                int[] classes = [.. labels.Select(l => l ? 1 : 0)];
                Assert.That(Classification.LogLoss(both, classes, 2), Is.EqualTo(Classification.LogLoss(scores, labels)).Within(1e-12));
                Assert.That(Classification.Brier(both, classes, 2), Is.EqualTo(2 * Classification.Brier(scores, labels)).Within(1e-12));
            }
        );

    [Test]
    public void Certain_errors_cost_what_the_clip_allows()
    {
        Assert.That(Classification.LogLoss([0.0], [true]), Is.EqualTo(52 * Math.Log(2)).Within(1e-12));
        Assert.That(Classification.LogLoss([0.0], [true], clip: 0), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Classification.LogLoss([1.0], [true], clip: 0), Is.Zero);
    }

    [Test]
    public void Calibration_error_as_numpy()
    {
        double[] confidences = [.05, .2, .2, .41, .55, .55, .61, .68, .72, .8, .93, .99, 1.0, 0.0, 2 / 15.0];
        bool[] correct = [.. "010010110111101".Select(c => c == '1')];
        Assert.That(Classification.ExpectedCalibrationError(confidences, correct), Is.EqualTo(0.20644444444444446).Within(1e-14));
        Assert.That(Classification.ExpectedCalibrationError([0.75, 0.75, 0.75, 0.75], [true, true, true, false]), Is.Zero);
        Assert.That(Classification.ExpectedCalibrationError([1, 0.0], [true, true], bins: 1), Is.EqualTo(0.5));
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => Classification.Accuracy([], []), Throws.ArgumentException);
        Assert.That(
            () => Classification.Confusion([3], [0], 3),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 2")
        );
        Assert.That(() => Classification.Confusion([0], [0, 1], 3), Throws.ArgumentException);
        Assert.That(() => Classification.AreaUnderRoc([true], [double.NaN]), Throws.ArgumentException.With.Message.Contains("index 0"));
        Assert.That(() => Classification.Youden([true], [0.5]), Throws.ArgumentException.With.Message.Contains("1 and 0"));
        Assert.That(() => Classification.Brier([1.5], [true]), Throws.ArgumentException.With.Message.Contains("1.5"));
        Assert.That(() => Classification.LogLoss([0.5], [true], clip: 0.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Classification.LogLoss([0.5, 0.4], [0], 2), Throws.ArgumentException.With.Message.Contains("sum to 0.9"));
        Assert.That(() => Classification.Brier([0.5, 0.5], [2], 2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Classification.ExpectedCalibrationError([0.5], [true], 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ConfusionMatrix(1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ConfusionMatrix(2).Add(new ConfusionMatrix(3)), Throws.ArgumentException);
    }
}
