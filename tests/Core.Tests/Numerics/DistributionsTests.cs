using MathNet.Numerics;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class DistributionsTests
{
    private const int Count = 20_000;

    private static double[] Draw(Func<RandomStream, double> draw, string name)
    {
        var stream = RandomStream.Named("distributions", name);
        return [.. Enumerable.Range(0, Count).Select(_ => draw(stream))];
    }

    [TestCase(0.5)]
    [TestCase(3)]
    public void Gamma_draws_fit(double shape) =>
        Statistically.Fits(
            Draw(s => Distributions.Gamma(s, shape, 2), $"gamma {shape}"),
            x => SpecialFunctions.GammaLowerRegularized(shape, x / 2)
        );

    // MathNet's distribution function is zero below 1e-15, where a sixth of these draws lie: compared at points above.
    [Test]
    public void Gamma_draws_of_a_small_shape_fit()
    {
        var draws = Draw(s => Distributions.Gamma(s, 0.05), "gamma 0.05");
        foreach (var x in (double[])[1e-12, 1e-6, 0.01, 0.5])
        {
            Statistically.HasProbability(SpecialFunctions.GammaLowerRegularized(0.05, x), draws.Count(d => d <= x), Count);
        }
    }

    // Below 0.1 draws are made by logarithms: both ways give the law.
    [TestCase(0.05, 0.2)]
    [TestCase(0.5, 0.5)]
    [TestCase(2, 5)]
    public void Beta_draws_fit(double a, double b)
    {
        // Small parameters put mass on 0 and 1, as doubles see them: compared at points between.
        var draws = Draw(s => Distributions.Beta(s, a, b), $"beta {a} {b}");
        Assert.That(draws, Is.All.InRange(0, 1));
        foreach (var x in (double[])[0.001, 0.1, 0.5, 0.9])
        {
            Statistically.HasProbability(SpecialFunctions.BetaRegularized(a, b, x), draws.Count(d => d <= x), Count);
        }
    }

    [Test]
    public void Dirichlet_shares_sum_to_one_and_have_their_means_however_small_the_parameters()
    {
        foreach (var scale in (double[])[1e-6, 0.01, 1, 100])
        {
            var stream = RandomStream.Named("distributions", "dirichlet");
            var first = new List<double>();
            for (var i = 0; i < 5_000; i++)
            {
                var shares = Distributions.Dirichlet(stream, [scale, 2 * scale, scale]);
                Assert.That(shares.Sum(), Is.EqualTo(1).Within(1e-12));
                first.Add(shares[1]);
            }
            // Variance of a share: m (1 - m) / (sum + 1), with m = 1/2.
            Statistically.HasMean(0.5, Math.Sqrt(0.25 / (4 * scale + 1)), first);
        }
    }

    [TestCase(0.3)]
    [TestCase(4)]
    [TestCase(60)]
    public void Poisson_draws_fit(double mean)
    {
        var draws = Draw(s => Distributions.Poisson(s, mean), $"poisson {mean}");
        Statistically.HasMean(mean, Math.Sqrt(mean), draws);
        foreach (var k in (int[])[(int)mean, (int)(mean + Math.Sqrt(mean)) + 1])
        {
            Statistically.HasProbability(SpecialFunctions.GammaUpperRegularized(k + 1, mean), draws.Count(d => d <= k), Count);
        }
    }

    [Test]
    public void Exponential_and_log_normal_draws_fit()
    {
        Statistically.Fits(Draw(s => Distributions.Exponential(s, 3), "exponential"), x => 1 - Math.Exp(-x / 3));
        Statistically.Fits(
            Draw(s => Distributions.LogNormal(s, 1, 0.5), "log-normal"),
            x => StandardNormal.UpperTail(-(Math.Log(x) - 1) / 0.5)
        );
        Assert.That(Distributions.LogNormal(RandomStream.Named("x"), 0, 0), Is.EqualTo(1));
        Assert.That(Distributions.Poisson(RandomStream.Named("x"), 0), Is.Zero);
    }

    [Test]
    public void Gaussians_and_integers_fit()
    {
        Statistically.Fits(Draw(s => s.NextGaussian(), "gaussian"), x => StandardNormal.UpperTail(-x));
        var (counts, stream) = (new long[7], RandomStream.Named("distributions", "integers"));
        for (var i = 0; i < 70_000; i++)
        {
            counts[stream.NextInt(7)]++;
        }
        Statistically.IsUniform(counts);
        Statistically.HasProbability(0.3, Draw(s => s.NextBool(0.3) ? 1 : 0, "bool").Count(x => x == 1), Count);
    }

    [Test]
    public void A_shuffle_gives_every_order_equally_often()
    {
        var (counts, stream) = (new long[24], RandomStream.Named("distributions", "orders"));
        for (var i = 0; i < 24_000; i++)
        {
            var order = stream.Permutation(4);
            counts[order[0] * 6 + order[1..].Order().ToList().IndexOf(order[1]) * 2 + (order[2] < order[3] ? 0 : 1)]++;
        }
        Statistically.IsUniform(counts);
    }

    [TestCase(0)]
    [TestCase(0.627)]
    [TestCase(1)]
    [TestCase(2.5)]
    public void Zipf_ranks_fit(double exponent)
    {
        var zipf = new ZipfRanks(50, exponent);
        var probabilities = Enumerable.Range(0, 50).Select(zipf.Probability).ToArray();
        Assert.That(probabilities.Sum(), Is.EqualTo(1).Within(1e-12));
        Assert.That(probabilities[0] / probabilities[9], Is.EqualTo(Math.Pow(10, exponent)).Within(1e-9));
        var (counts, stream) = (new long[50], RandomStream.Named("distributions", "zipf"));
        for (var i = 0; i < 200_000; i++)
        {
            counts[zipf.Next(stream)]++;
        }
        Statistically.Fits(counts, probabilities);
        Assert.That(stream.Position, Is.EqualTo(400_000));
    }

    [Test]
    public void Zipf_has_borders()
    {
        Assert.That(new ZipfRanks(1, 3).Next(RandomStream.Named("x")), Is.Zero);
        Assert.That(() => new ZipfRanks(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ZipfRanks(3, -0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ZipfRanks(3, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ZipfRanks(3, 1).Probability(3), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Parameters_are_checked()
    {
        var stream = RandomStream.Named("x");
        Assert.That(() => Distributions.Gamma(stream, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("shape"));
        Assert.That(() => Distributions.Gamma(stream, 1, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.Beta(stream, 1, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.Dirichlet(stream, []), Throws.ArgumentException);
        Assert.That(() => Distributions.Dirichlet(stream, 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.Poisson(stream, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.Poisson(stream, 2e9), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.Exponential(stream, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.LogNormal(stream, double.PositiveInfinity, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Distributions.LogNormal(stream, 0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(stream.Position, Is.Zero);
    }
}
