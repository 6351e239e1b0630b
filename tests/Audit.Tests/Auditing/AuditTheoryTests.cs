using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Auditing;

public class AuditTheoryTests
{
    [TestCaseSource(nameof(Cases))]
    public void Probabilities_thresholds_sizes_and_powers_agree_with_the_golden_case(int index)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "detection.json");
        JsonElement c = document.RootElement.GetProperty("cases")[index];
        int n = c.GetProperty("n").GetInt32();
        if (c.TryGetProperty("p_detect", out JsonElement expected))
        {
            Assert.That(AuditTheory.DetectionProbability(n, c.Number("delta_over_tau")), Is.EqualTo(expected.GetDouble()).Within(1e-12));
            return;
        }
        double error = c.Number("honest_error");
        long threshold = AuditTheory.BinomialThreshold(n, error, c.Number("alpha"));
        Assert.That(threshold, Is.EqualTo(c.GetProperty("reject_if_errors_at_least").GetInt64()));
        Assert.That(BinomialTail.AtLeast(threshold, n, error), Is.EqualTo(c.Number("actual_size")).Within(1e-12));
        foreach (JsonProperty power in c.GetProperty("power_at_error").EnumerateObject())
        {
            double more = double.Parse(power.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(BinomialTail.AtLeast(threshold, n, error + more), Is.EqualTo(power.Value.GetDouble()).Within(1e-12));
        }
    }

    private static IEnumerable<int> Cases() => Enumerable.Range(0, 58);

    /// <summary>Values of the closed form at seven places, by scipy.</summary>
    [TestCase(100, 0.1, 0.1987)]
    [TestCase(1000, 0.05, 0.5250)]
    [TestCase(1000, 0.1, 0.9818)]
    [TestCase(5000, 0.02, 0.4276)]
    [TestCase(5000, 0.05, 0.9942)]
    public void The_probability_of_detection_has_known_values(int n, double ratio, double expected) =>
        Assert.That(AuditTheory.DetectionProbability(n, ratio), Is.EqualTo(expected).Within(5e-5));

    /// <summary>Draws the model itself: uniform in a ball, one coordinate set to delta. False alarm of each comparison 1e-6.</summary>
    [TestCase(3, 0.5)]
    [TestCase(20, 0.3)]
    [TestCase(100, 0.1)]
    [TestCase(100, 0.2)]
    public void The_probability_of_detection_is_that_of_the_simulated_game(int n, double ratio)
    {
        const int draws = 20_000;
        RandomStream random = RandomStream.Named("detection", n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        double[] point = new double[n];
        int detected = 0;
        for (int i = 0; i < draws; i++)
        {
            random.FillGaussian(point);
            double norm = Math.Sqrt(point.Sum(x => x * x));
            double radius = Math.Pow(random.NextDoubleOpen(), 1.0 / n);
            double rest = point.Skip(1).Sum(x => x * x) / (norm * norm) * radius * radius;
            detected += (ratio * ratio) + rest > 1 ? 1 : 0;
        }
        Statistically.HasProbability(AuditTheory.DetectionProbability(n, ratio), detected, draws);
    }

    [Test]
    public void The_probability_grows_with_rows_and_distance_from_0_to_1()
    {
        foreach (int n in new[] { 2, 10, 1000, 100_000 })
        {
            Assert.That(AuditTheory.DetectionProbability(n, 0), Is.Zero);
            Assert.That(AuditTheory.DetectionProbability(n, 1), Is.EqualTo(1));
            Assert.That(AuditTheory.DetectionProbability(n, 7), Is.EqualTo(1));
            double last = 0;
            foreach (double ratio in Enumerable.Range(0, 100).Select(k => k / 100.0))
            {
                double p = AuditTheory.DetectionProbability(n, ratio);
                Assert.That(p, Is.GreaterThanOrEqualTo(last - 1e-13));
                Assert.That(AuditTheory.DetectionProbability(2 * n, ratio), Is.GreaterThanOrEqualTo(p - 1e-13));
                last = p;
            }
        }
    }

    [Test]
    public void The_rows_for_a_power_are_the_fewest()
    {
        int rows = AuditTheory.RowsForDetection(0.1, 0.9)!.Value;
        Assert.That(AuditTheory.DetectionProbability(rows, 0.1), Is.GreaterThanOrEqualTo(0.9));
        Assert.That(AuditTheory.DetectionProbability(rows - 1, 0.1), Is.LessThan(0.9));
        Assert.That(AuditTheory.RowsForDetection(0, 0.9), Is.Null, "labels that are fair themselves never show it");
    }

    [Test]
    public void An_honest_platform_is_accused_as_rarely_as_promised()
    {
        const int audits = 2000;
        (int n, double error, double alpha) = (500, 0.15, 0.05);
        long threshold = AuditTheory.BinomialThreshold(n, error, alpha);
        RandomStream random = RandomStream.Named("honest-audits");
        int accused = 0;
        for (int i = 0; i < audits; i++)
        {
            int errors = 0;
            for (int k = 0; k < n; k++)
            {
                errors += random.NextBool(error) ? 1 : 0;
            }
            accused += errors >= threshold ? 1 : 0;
        }
        Assert.That((double)accused / audits, Is.LessThanOrEqualTo(alpha + (3 * Math.Sqrt(alpha * (1 - alpha) / audits))));
    }

    [Test]
    public void Arguments_out_of_range_are_named()
    {
        Assert.That(() => AuditTheory.DetectionProbability(1, 0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => AuditTheory.DetectionProbability(10, -0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => AuditTheory.DeltaOverRadius(0.1, 0.2, 1.5),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("(0, 1]")
        );
        Assert.That(() => AuditTheory.ParityStandardError(100, 50, 0.1, 0.5, 0.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => AuditTheory.L2Projection([0.5, 0.5], [0, 0], 0),
            Throws.InstanceOf<AuditException>().With.Message.EqualTo("Group 1 is absent from the audit set (n=2).")
        );
    }
}
