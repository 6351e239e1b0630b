using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Metrics;

/// <summary>
/// Constants by SciPy 1.10. Student's t: mean +- stats.t.ppf(.975, n - 1) * stats.sem(x), on np.log(x) for the log scale. Wilson: stats.binomtest(k, n).proportion_ci(method="wilson").
/// At level 0.9 SciPy's own ppf(.95, 4) is off by 5e-9; there the quantile 2.1318467863266499 solves the closed form of the distribution for 4 degrees of freedom.
/// BCa: a Python Philox with the same stream drew the resamples (each resample n times NextInt(n)); z0, acceleration by np.delete and the ends by stats.norm and np.quantile.
/// </summary>
public class IntervalsTests
{
    private static readonly double[] Five = [2.1, 2.5, 1.9, 2.8, 2.2];
    private static readonly double[] Twenty =
    [
        1.2,
        0.4,
        3.1,
        0.9,
        2.2,
        0.7,
        1.1,
        5.6,
        0.3,
        1.8,
        0.6,
        2.9,
        1.5,
        0.8,
        4.2,
        1.0,
        0.5,
        2.4,
        1.3,
        0.2,
    ];

    private static RandomStream Stream => RandomStream.Named("test/bca", "mean", "bootstrap");

    [Test]
    public void Student_t_below_twenty_seeds()
    {
        Assert.That(
            Intervals.OfSeeds(Five, Stream),
            Near(new(2.3, 1.8610054834574576, 2.738994516542542, 0.95, 5, IntervalMethod.StudentT))
        );
        Assert.That(
            Intervals.OfSeeds(Five, Stream, new IntervalOptions { Level = 0.9 }),
            Near(new(2.3, 1.962925426634874, 2.6370745733651257, 0.9, 5, IntervalMethod.StudentT))
        );
    }

    [Test]
    public void Student_t_on_logarithms() =>
        Assert.That(
            Intervals.OfSeeds(Five, Stream, new IntervalOptions { LogScale = true }),
            Near(new(2.2787607125509237, 1.8876897916618358, 2.750849428758172, 0.95, 5, IntervalMethod.StudentTLog))
        );

    [Test]
    public void Bca_from_twenty_seeds()
    {
        Estimate estimate = Intervals.OfSeeds(Twenty, Stream);
        Assert.That(estimate, Near(new(1.635, 1.15, 2.4, 0.95, 20, IntervalMethod.Bca)));
        // scipy.stats.bootstrap(method="BCa", n_resamples=99999) with its own generator: [1.15, 2.415].
        Assert.That(estimate.Low, Is.EqualTo(1.15).Within(0.02));
        Assert.That(estimate.High, Is.EqualTo(2.415).Within(0.03));
    }

    [Test]
    public void Bca_on_logarithms() =>
        Assert.That(
            Intervals.OfSeeds(Twenty, Stream, new IntervalOptions { LogScale = true }),
            Near(new(1.1579071898122144, 0.78097212, 1.66148541, 0.95, 20, IntervalMethod.Bca), 1e-8)
        );

    [Test]
    public void Same_rows_same_digits()
    {
        Estimate first = Intervals.OfSeeds(Twenty, Stream);
        Assert.That(Intervals.OfSeeds(Twenty, Stream), Is.EqualTo(first));
    }

    [Test]
    public void No_interval_without_spread()
    {
        Assert.That(Intervals.OfSeeds([4.0], Stream), Is.EqualTo(new Estimate(4, 4, 4, 0, 1, IntervalMethod.None)));
        Assert.That(Intervals.OfSeeds([4.0, 4, 4], Stream), Is.EqualTo(new Estimate(4, 4, 4, 0, 3, IntervalMethod.None)));
    }

    [Test]
    public void A_value_that_is_not_finite_makes_the_estimate_nan()
    {
        Estimate estimate = Intervals.OfSeeds([1, 2, double.NaN], Stream);
        Assert.That(estimate.Value, Is.NaN);
        Assert.That(estimate.Seeds, Is.EqualTo(3));
    }

    [Test]
    public void Pairs_make_one_ratio_or_difference_a_seed()
    {
        double[] a = [10.2, 11.1, 9.8, 12.0, 10.9];
        double[] b = [8.1, 9.0, 8.3, 9.1, 8.4];
        Assert.That(
            Intervals.PairedRatio(a, b, Stream),
            Near(new(1.2569735359230798, 1.190794617049327, 1.3268303764472942, 0.95, 5, IntervalMethod.StudentTLog))
        );
        Assert.That(
            Intervals.PairedDifference(a, b, Stream),
            Near(new(2.22, 1.572427286116517, 2.8675727138834826, 0.95, 5, IntervalMethod.StudentT))
        );
    }

    [TestCase(0, 10, 0, 0.27753279986288926)]
    [TestCase(10, 10, 0.7224672001371109, 1)]
    [TestCase(7, 20, 0.1811918241010821, 0.5671457233147637)]
    [TestCase(450, 1000, 0.41941538407429674, 0.48096729177425873)]
    public void Wilson(int successes, int trials, double low, double high) =>
        Assert.That(
            Intervals.Wilson(successes, trials),
            Near(new((double)successes / trials, low, high, 0.95, trials, IntervalMethod.Wilson))
        );

    /// <summary>Newcombe (1998), Table II, method 10, examples (a) 56/70 - 48/80 and (b) 9/10 - 3/10: [0.0524, 0.3339] and [0.1705, 0.8090].</summary>
    [TestCase(56, 70, 48, 80, 0.05243147240236484, 0.3338726540369059)]
    [TestCase(9, 10, 3, 10, 0.17052272393450296, 0.8090179735354881)]
    public void Newcombe(int a, int trialsA, int b, int trialsB, double low, double high)
    {
        Estimate estimate = Intervals.Newcombe(a, trialsA, b, trialsB);
        Assert.That(estimate.Low, Is.EqualTo(low).Within(1e-12));
        Assert.That(estimate.High, Is.EqualTo(high).Within(1e-12));
        Assert.That(estimate.Value, Is.EqualTo(((double)a / trialsA) - ((double)b / trialsB)));
    }

    [Test]
    public void Two_level_bootstrap_covers_the_spread_between_seeds()
    {
        RandomStream draw = RandomStream.Named("test/two-level");
        // Seeds differ by 1, rows within a seed by 0.01: an interval that took rows for independent would be 0.001 wide.
        double[][] bySeed =
        [
            .. Enumerable.Range(0, 8).Select(s => Enumerable.Range(0, 200).Select(_ => s + (0.01 * draw.NextGaussian())).ToArray()),
        ];
        Estimate estimate = Intervals.TwoLevelBootstrap(bySeed, Quantiles.Median, Stream, new IntervalOptions { Resamples = 999 });
        Assert.That(estimate.Method, Is.EqualTo(IntervalMethod.TwoLevelBootstrap));
        Assert.That(estimate.Seeds, Is.EqualTo(8));
        Assert.That(estimate.High - estimate.Low, Is.GreaterThan(1));
        Assert.That(estimate.Value, Is.InRange(estimate.Low, estimate.High));
    }

    [Test]
    public void Two_level_bootstrap_of_uneven_seeds_draws_whole_seeds()
    {
        // The statistic counts rows: every resample is made of 3 seeds of 1 or 28 rows.
        double[][] bySeed =
        [
            [1],
            new double[28],
            new double[28],
        ];
        List<int> sizes = [];
        _ = Intervals.TwoLevelBootstrap(
            bySeed,
            rows =>
            {
                sizes.Add(rows.Length);
                return rows.Length;
            },
            Stream,
            new IntervalOptions { Resamples = 99 }
        );
        Assert.That(sizes[0], Is.EqualTo(57));
        Assert.That(sizes.Distinct(), Is.SubsetOf([3, 30, 57, 84]));
    }

    [TestCase(1, 1)]
    [TestCase(8, 2)]
    [TestCase(9, 3)]
    [TestCase(27, 3)]
    [TestCase(1000, 10)]
    [TestCase(1001, 11)]
    public void Block_length_is_the_cube_root_rounded_up(int rows, int length) =>
        Assert.That(Bootstrap.BlockLength(rows), Is.EqualTo(length));

    [Test]
    public void Refuses_what_has_no_interval()
    {
        Assert.That(() => Intervals.OfSeeds([], Stream), Throws.ArgumentException);
        Assert.That(
            () => Intervals.OfSeeds([1, -2], Stream, new IntervalOptions { LogScale = true }),
            Throws.ArgumentException.With.Message.Contains("-2")
        );
        Assert.That(() => Intervals.PairedRatio([1, 2], [1], Stream), Throws.ArgumentException.With.Message.Contains("2 and 1"));
        Assert.That(
            () =>
                Intervals.TwoLevelBootstrap(
                    [
                        [1],
                        [],
                    ],
                    Quantiles.Median,
                    Stream
                ),
            Throws.ArgumentException.With.Message.Contains("index 1")
        );
        Assert.That(() => Intervals.TwoLevelBootstrap([], Quantiles.Median, Stream), Throws.ArgumentException);
        Assert.That(() => Intervals.Wilson(3, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IntervalOptions { Level = 95 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IntervalOptions { BootstrapFrom = 3 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static NUnit.Framework.Constraints.EqualConstraint Near(Estimate expected, double within = 1e-11) =>
        Is.EqualTo(expected)
            .Using<Estimate>(
                (x, y) =>
                    Math.Abs(x.Value - y.Value) < within
                    && Math.Abs(x.Low - y.Low) < within
                    && Math.Abs(x.High - y.High) < within
                    && x with { Value = 0, Low = 0, High = 0 } == y with { Value = 0, Low = 0, High = 0 }
            );
}
