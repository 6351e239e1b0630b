using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Generators;

/// <summary>Each statistical assertion has a false-alarm rate of 1e-6 over the choice of the stream.</summary>
[TestFixture]
public sealed class RoutingTraceTests
{
    private static readonly RoutingTrace Trace = new(RandomStream.Named("trace"));

    [Test]
    public void TokensChooseInProportionToPopularityTheSameWheneverAsked()
    {
        int[] counts = Trace.Counts(7, 2, 200_000);
        double[] popularity = Trace.Popularity(7, 2);
        Assert.That(counts.Sum(), Is.EqualTo(200_000));
        Assert.That(popularity.Sum(), Is.EqualTo(1).Within(1e-12));
        Statistically.Fits(Array.ConvertAll(counts, static count => (long)count), popularity);
        Assert.That(Trace.Counts(7, 2, 200_000), Is.EqualTo(counts));
        Assert.That(Trace.Counts(8, 2, 200_000), Is.Not.EqualTo(counts));
    }

    [Test]
    public async Task TheSkewIsThatOfThePublishedCounts()
    {
        string path = GoldenFiles.Data("moe-moeshard", "router_imbalance.csv");
        var published = new List<double>();
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path))
            published.Add(record.Number<double>("cv"));
        double[] layers = [.. Enumerable.Range(0, 6).Select(layer => Variation(Trace.Counts(50, layer, 30_000)))];
        Assert.That(layers.Order().ElementAt(3), Is.InRange(published.Min(), published.Max()));
        var even = new RoutingTrace(RandomStream.Named("trace"), new RoutingTraceOptions { Skew = 0, BatchSpread = 0 });
        Statistically.IsUniform(Array.ConvertAll(even.Counts(0, 0, 100_000), static count => (long)count));
    }

    [Test]
    public void HotExpertsLastAndDriftAndDifferBetweenLayers()
    {
        double[] now = Logarithms(10, 0);
        Assert.That(Correlation(now, Logarithms(11, 0)), Is.GreaterThan(0.98));
        Assert.That(Correlation(now, Logarithms(90, 0)), Is.InRange(0.9, 0.999));
        // Two independent layers of 128 experts: a correlation has a standard deviation of 1 / sqrt(127); five of them are 5.7e-7.
        Assert.That(Math.Abs(Correlation(now, Logarithms(10, 1))), Is.LessThan(5 / Math.Sqrt(127)));

        static double[] Logarithms(int batch, int layer) => Array.ConvertAll(Trace.Popularity(batch, layer), Math.Log);
    }

    [Test]
    public void BatchesAreAnAutoregression()
    {
        var trace = new RoutingTrace(
            RandomStream.Named("drift"),
            new RoutingTraceOptions
            {
                Layers = 1,
                Experts = 4_000,
                Batches = 4,
                Skew = 0,
                BatchSpread = 1,
                BatchCorrelation = 0.8,
            }
        );
        double[][] logarithms = [.. Enumerable.Range(0, 4).Select(batch => Array.ConvertAll(trace.Popularity(batch, 0), Math.Log))];
        // Fisher's transformation: atanh of a correlation has a standard deviation of 1 / sqrt(n - 3).
        for (int lag = 1; lag < 4; lag++)
        {
            double z = (Math.Atanh(Correlation(logarithms[0], logarithms[lag])) - Math.Atanh(Math.Pow(0.8, lag))) * Math.Sqrt(3_997);
            Assert.That(Math.Abs(z), Is.LessThan(4.9));
        }

        Statistically.Fits(
            logarithms[3].Select(value => value - logarithms[3].Average()),
            static value => 1 - StandardNormal.UpperTail(value)
        );
    }

    [Test]
    public void TheExpertsOfATokenDiffer()
    {
        var trace = new RoutingTrace(
            RandomStream.Named("top"),
            new RoutingTraceOptions
            {
                Experts = 5,
                TopK = 3,
                Batches = 1,
                Layers = 1,
            }
        );
        var experts = new int[3 * 30_000];
        trace.Route(0, 0, experts);
        Assert.That(experts.Chunk(3).All(static own => own.Distinct().Count() == 3), Is.True);
        double[] p = trace.Popularity(0, 0);
        var pairs = new long[20];
        var expected = new double[20];
        for (int first = 0, i = 0; first < 5; first++)
        {
            for (int second = 0; second < 5; second++)
            {
                if (first == second)
                    continue;
                pairs[i] = experts.Chunk(3).Count(own => own[0] == first && own[1] == second);
                expected[i++] = p[first] * p[second] / (1 - p[first]);
            }
        }

        Statistically.Fits(pairs, expected);
        Assert.That(() => trace.Route(0, 0, new int[4]), Throws.ArgumentException);
        Assert.That(() => trace.Route(1, 0, new int[3]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new RoutingTrace(RandomStream.Named("x"), new RoutingTraceOptions { Experts = 2, TopK = 3 }),
            Throws.ArgumentException
        );
    }

    private static double Variation(int[] counts)
    {
        double mean = counts.Average();
        return Math.Sqrt(counts.Average(count => (count - mean) * (count - mean))) / mean;
    }

    private static double Correlation(double[] a, double[] b) => MathNet.Numerics.Statistics.Correlation.Pearson(a, b);
}
