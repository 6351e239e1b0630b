using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Metrics;

/// <summary>Constants by SciPy 1.10: stats.ttest_rel(a, b, alternative="greater"), stats.ttest_1samp of a - b or log(a / b) against the edge, stats.t.sf.</summary>
public class PairedTTests
{
    private static readonly double[] A = [10.2, 11.1, 9.8, 12.0, 10.9];
    private static readonly double[] B = [8.1, 9.0, 8.3, 9.1, 8.4];

    [Test]
    public void One_sided_p_of_a_difference()
    {
        Assert.That(PairedT.OneSided(A, B), Is.EqualTo(0.00034009942586474935).Within(1e-12));
        Assert.That(PairedT.OneSided(A, B, edge: 2), Is.EqualTo(0.19948246876940018).Within(1e-10));
        Assert.That(PairedT.OneSided(B, A), Is.EqualTo(1 - 0.00034009942586474935).Within(1e-12));
    }

    [Test]
    public void One_sided_p_of_a_ratio()
    {
        Assert.That(PairedT.OneSidedRatio(A, B), Is.EqualTo(0.00015054640818561822).Within(1e-12));
        Assert.That(PairedT.OneSidedRatio(A, B, edge: 1.2), Is.EqualTo(0.03794767113816053).Within(1e-11));
    }

    [TestCase(2.132, 4, 0.049991386369570706)]
    [TestCase(10, 4, 0.00028100181135799556)]
    [TestCase(40, 4, 1.1670081613006347e-06)]
    [TestCase(-1, 7, 0.8246916685898963)]
    public void Upper_tail_keeps_its_digits(double t, int freedom, double expected) =>
        Assert.That(PairedT.UpperTail(t, freedom), Is.EqualTo(expected).Within(1e-9).Percent);

    /// <summary>A Python Philox with the same stream counted 91 of 9,999 resampled means at or below 0.</summary>
    [Test]
    public void Bootstrap_p_counts_violations()
    {
        double[] a = [1.2, 0.4, 3.1, 0.9, 2.2, 0.7, 1.1, 5.6, 0.3, 1.8, 0.6, 2.9, 1.5, 0.8, 4.2, 1.0, 0.5, 2.4, 1.3, 0.2];
        double[] ones = [.. Enumerable.Repeat(1.0, a.Length)];
        Assert.That(
            PairedT.BootstrapOneSided(a, ones, RandomStream.Named("test/bca", "mean", "bootstrap")),
            Is.EqualTo(0.0092).Within(1e-4)
        );
    }

    [Test]
    public void Without_spread_the_edge_decides()
    {
        Assert.That(PairedT.OneSided([3, 3], [1, 1], edge: 1.5), Is.Zero);
        Assert.That(PairedT.OneSided([3, 3], [1, 1], edge: 2), Is.EqualTo(1));
    }

    [Test]
    public void Refuses_what_are_no_pairs()
    {
        Assert.That(() => PairedT.OneSided([1], [1]), Throws.ArgumentException);
        Assert.That(() => PairedT.OneSided([1, 2], [1]), Throws.ArgumentException);
        Assert.That(() => PairedT.OneSidedRatio([1, 2], [1, 0]), Throws.ArgumentException.With.Message.Contains("index 1"));
    }
}
