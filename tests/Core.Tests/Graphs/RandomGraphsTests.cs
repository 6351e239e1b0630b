using CsCheck;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Graphs;

/// <summary>
/// The definitions against plain references, and the laws against their means. The streams are fixed, so a statistical test always gives the same verdict;
/// each bound is 5 standard deviations, which a right generator on a fresh stream would break with probability 6e-7.
/// </summary>
[TestFixture]
public sealed class RandomGraphsTests
{
    private const double Deviations = 5;

    [Test]
    public void ErdosRenyiDrawsOnceForEachPairInRowMajorOrder() =>
        Gen.Select(Gen.Int[0, 60], Gen.Double[0, 1], Gen.Int[0, 1000])
            .Sample(
                (nodes, p, seed) =>
                {
                    RandomStream reference = Stream("er", seed);
                    var expected = new List<(int, int)>();
                    for (int u = 0; u < nodes; u++)
                    {
                        for (int v = u + 1; v < nodes; v++)
                        {
                            if (reference.NextDouble() < p)
                                expected.Add((u, v));
                        }
                    }

                    RandomStream stream = Stream("er", seed);
                    Assert.That(RandomGraphs.ErdosRenyi(nodes, p, stream).Edges(), Is.EqualTo(expected));
                    Assert.That(stream.Position, Is.EqualTo(reference.Position));
                }
            );

    [Test]
    public void BarabasiAlbertDrawsFromTheRepeatedEnds() =>
        Gen.Select(Gen.Int[2, 60], Gen.Int[1, 8], Gen.Int[0, 1000])
            .Where((nodes, k, _) => k < nodes)
            .Sample(
                (nodes, k, seed) =>
                {
                    RandomStream stream = Stream("ba", seed);
                    var edges = new List<(int, int)>();
                    var ends = new List<int>();
                    List<int> targets = [.. Enumerable.Range(0, k)];
                    for (int node = k; node < nodes; node++)
                    {
                        edges.AddRange(targets.Select(t => (t, node)));
                        ends.AddRange(targets.SelectMany(t => new[] { t, node }));
                        targets.Clear();
                        while (targets.Count < k && node + 1 < nodes)
                        {
                            int target = ends[stream.NextInt(ends.Count)];
                            if (!targets.Contains(target))
                                targets.Add(target);
                        }
                    }

                    Graph graph = RandomGraphs.BarabasiAlbert(nodes, k, Stream("ba", seed));
                    Assert.That(graph.Edges(), Is.EqualTo(edges.Order()));
                    Assert.That(graph.EdgeCount, Is.EqualTo(k * (nodes - k)));
                    Assert.That(ConnectedComponents.Of(graph).Count, Is.EqualTo(1));
                }
            );

    [Test]
    public void WattsStrogatzRewiresTheSecondEndsInSortedOrder() =>
        Gen.Select(Gen.Int[3, 40], Gen.Int[1, 5], Gen.Double[0, 1], Gen.Int[0, 1000])
            .Where((nodes, half, _, _) => 2 * half < nodes)
            .Sample(
                (nodes, half, b, seed) =>
                {
                    SortedSet<(int, int)> edges = GraphTests.Normalised(
                        from u in Enumerable.Range(0, nodes)
                        from step in Enumerable.Range(1, half)
                        select (u, (u + step) % nodes)
                    );
                    RandomStream stream = Stream("ws", seed);
                    foreach ((int u, int v) in edges.ToArray())
                    {
                        bool Joined(int w) => edges.Contains((Math.Min(u, w), Math.Max(u, w)));
                        if (!(stream.NextDouble() < b) || Enumerable.Range(0, nodes).All(w => w == u || Joined(w)))
                            continue;
                        int end = stream.NextInt(nodes);
                        while (end == u || Joined(end))
                            end = stream.NextInt(nodes);
                        edges.Remove((u, v));
                        edges.Add((Math.Min(u, end), Math.Max(u, end)));
                    }

                    Graph graph = RandomGraphs.WattsStrogatz(nodes, 2 * half, b, Stream("ws", seed));
                    Assert.That(graph.Edges(), Is.EqualTo(edges));
                    Assert.That(graph.EdgeCount, Is.EqualTo(nodes * half));
                }
            );

    [Test]
    public void PowerLawDrawsWithTheProbabilitiesOfTheModel() =>
        Gen.Select(Gen.Int[5, 60], Gen.Double[0.1, 1], Gen.Double[2.1, 4], Gen.Int[0, 1000])
            .Sample(
                (nodes, share, g, seed) =>
                {
                    double cap = nodes / 2.0;
                    double w = share * cap;
                    double i0 = nodes * Math.Pow(w * (g - 2) / (cap * (g - 1)), g - 1);
                    double k0 = w * Math.Pow((g - 2) / (g - 1), 2);
                    RandomStream stream = Stream("pl", seed);
                    var expected = new List<(int, int)>();
                    for (int i = 0; i < nodes; i++)
                    {
                        for (int j = i + 1; j < nodes; j++)
                        {
                            double p = k0 * Math.Pow(Math.Pow(nodes, g - 3) * (i + i0) * (j + i0), -1 / (g - 1));
                            if (stream.NextDouble() < Math.Clamp(p, 0, 1))
                                expected.Add((i, j));
                        }
                    }

                    Assert.That(RandomGraphs.PowerLaw(nodes, w, cap, g, Stream("pl", seed)).Edges(), Is.EqualTo(expected));
                }
            );

    [Test]
    public void PowerLawMeetsItsAverageAndLargestDegree()
    {
        const int nodes = 2000;
        (double scale, double[] factors) = RandomGraphs.PowerLawFactors(nodes, 10, 200, 2.75);
        double mean = 0;
        double variance = 0;
        double meanOfFirst = 0;
        for (int i = 0; i < nodes; i++)
        {
            for (int j = i + 1; j < nodes; j++)
            {
                double p = Math.Min(1, scale * factors[i] * factors[j]);
                mean += p;
                variance += p * (1 - p);
                meanOfFirst += i == 0 ? p : 0;
            }
        }

        Graph graph = RandomGraphs.PowerLaw(nodes, 10, 200, 2.75, Stream("pl-degrees"));
        Assert.That(2 * mean / nodes, Is.InRange(8.5, 10), "w is the limit; the cap takes about a tenth of it at this size");
        Assert.That(graph.EdgeCount, Is.EqualTo(mean).Within(Deviations * Math.Sqrt(variance)));
        Assert.That(graph.Degree(0), Is.EqualTo(meanOfFirst).Within(Deviations * Math.Sqrt(meanOfFirst)));
        Assert.That(meanOfFirst, Is.InRange(180, 200));
    }

    [Test]
    public void SkippingAndFixedCountsHaveTheSameLawAsOneDrawAPair()
    {
        const int nodes = 30;
        const int rounds = 4000;
        const double p = 0.1;
        int pairs = nodes * (nodes - 1) / 2;
        var skipping = new int[nodes, nodes];
        var counted = new int[nodes, nodes];
        RandomStream stream = Stream("laws");
        long total = 0;
        for (int round = 0; round < rounds; round++)
        {
            foreach ((int u, int v) in RandomGraphs.ErdosRenyiBySkipping(nodes, p, stream).Edges())
            {
                skipping[u, v]++;
                total++;
            }

            Graph fixedCount = RandomGraphs.ErdosRenyiWithEdges(nodes, 43, stream);
            Assert.That(fixedCount.EdgeCount, Is.EqualTo(43));
            foreach ((int u, int v) in fixedCount.Edges())
                counted[u, v]++;
        }

        Assert.That(total, Is.EqualTo(rounds * pairs * p).Within(Deviations * Math.Sqrt(rounds * pairs * p * (1 - p))));
        Assert.That(ChiSquare(skipping, rounds, p), Is.EqualTo(pairs).Within(Deviations * Math.Sqrt(2 * pairs)));
        // With a fixed number of edges the pairs' counts are tied to one sum: pairs - 1 degrees of freedom, and the same scale up to pairs / (pairs - 1).
        Assert.That(ChiSquare(counted, rounds, 43.0 / pairs), Is.EqualTo(pairs).Within(Deviations * Math.Sqrt(2 * pairs)));
    }

    [TestCase(0.0, 0)]
    [TestCase(1.0, 45)]
    public void CertainProbabilitiesGiveTheEmptyAndTheCompleteGraph(double p, int edges)
    {
        Assert.That(RandomGraphs.ErdosRenyi(10, p, Stream("certain")).EdgeCount, Is.EqualTo(edges));
        Assert.That(RandomGraphs.ErdosRenyiBySkipping(10, p, Stream("certain")).EdgeCount, Is.EqualTo(edges));
        Assert.That(RandomGraphs.ErdosRenyiWithEdges(10, edges, Stream("certain")).EdgeCount, Is.EqualTo(edges));
    }

    [Test]
    public void BarabasiAlbertHasTheDegreesOfPreferentialAttachment()
    {
        const int nodes = 20_000;
        const int k = 3;
        int[] degrees = RandomGraphs.BarabasiAlbert(nodes, k, Stream("ba-degrees")).Degrees();
        for (int degree = k; degree <= 8; degree++)
        {
            // Bollobas, Riordan, Spencer, Tusnady 2001: the share of degree d tends to 2k(k+1) / (d(d+1)(d+2)).
            double expected = nodes * 2.0 * k * (k + 1) / (degree * (degree + 1.0) * (degree + 2));
            Assert.That(degrees.Count(d => d == degree), Is.EqualTo(expected).Within((Deviations * Math.Sqrt(expected)) + 20));
        }
    }

    [Test]
    public void WattsStrogatzRewiresTheShareAskedFor()
    {
        const int nodes = 2000;
        const double b = 0.1;
        Graph ring = RandomGraphs.WattsStrogatz(nodes, 10, 0, Stream("ws-none"));
        Graph graph = RandomGraphs.WattsStrogatz(nodes, 10, b, Stream("ws-share"));
        Assert.That(ring.Edges().All(e => Math.Min(e.V - e.U, nodes - e.V + e.U) <= 5), Is.True);
        int moved = Graph.SymmetricDifference(ring, graph).Length / 2;
        double edges = ring.EdgeCount;
        // Few rewired edges (about 10/2000 of them) land on a place of the ring that was vacated.
        Assert.That(moved, Is.EqualTo(edges * b).Within((Deviations * Math.Sqrt(edges * b * (1 - b))) + (0.01 * edges * b)));
    }

    [Test]
    public void RandomRegularGraphsAreSimpleRegularAndConnected() =>
        Gen.Select(Gen.Int[3, 40], Gen.Int[2, 39], Gen.Int[0, 1000])
            .Where((nodes, degree, _) => degree < nodes && nodes * degree % 2 == 0)
            .Sample(
                (nodes, degree, seed) =>
                {
                    Graph graph = RandomGraphs.RandomRegular(nodes, degree, Stream("regular", seed));
                    Assert.That(graph.Degrees(), Is.All.EqualTo(degree));
                    Assert.That(ConnectedComponents.Of(graph).Count, Is.EqualTo(1));
                },
                iter: 400
            );

    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(1000, 10)]
    [TestCase(20_000, 3)]
    [TestCase(100_000, 2)]
    public void RandomRegularGraphsOfAnySize(int nodes, int degree)
    {
        Graph graph = RandomGraphs.RandomRegular(nodes, degree, Stream("regular-size"));
        Assert.That(graph.Degrees(), Is.All.EqualTo(degree));
        Assert.That(ConnectedComponents.Of(graph).Count, Is.EqualTo(1));
    }

    [TestCase(8, 3)]
    [TestCase(9, 2)]
    [TestCase(8, 5)]
    public void EveryPairIsEquallyLikelyInARandomRegularGraph(int nodes, int degree)
    {
        const int rounds = 3000;
        var counts = new int[nodes, nodes];
        RandomStream stream = Stream("regular-pairs", nodes * 10 + degree);
        for (int round = 0; round < rounds; round++)
        {
            foreach ((int u, int v) in RandomGraphs.RandomRegular(nodes, degree, stream).Edges())
                counts[u, v]++;
        }

        double p = degree / (nodes - 1.0);
        double deviation = Math.Sqrt(rounds * p * (1 - p));
        for (int u = 0; u < nodes; u++)
        {
            for (int v = u + 1; v < nodes; v++)
                Assert.That(counts[u, v], Is.EqualTo(rounds * p).Within(Deviations * deviation));
        }
    }

    [Test]
    public void ArgumentsOutOfRangeAreNamed()
    {
        RandomStream stream = Stream("wrong");
        Assert.Multiple(() =>
        {
            Assert.That(() => RandomGraphs.ErdosRenyi(-1, 0.5, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => RandomGraphs.ErdosRenyi(5, double.NaN, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => RandomGraphs.ErdosRenyiBySkipping(5, 1.1, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => RandomGraphs.ErdosRenyiWithEdges(5, 11, stream),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("10")
            );
            Assert.That(
                () => RandomGraphs.BarabasiAlbert(5, 5, stream),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 4")
            );
            Assert.That(
                () => RandomGraphs.WattsStrogatz(10, 3, 0.1, stream),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("even")
            );
            Assert.That(
                () => RandomGraphs.PowerLaw(100, 10, 50, 2, stream),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("above 2")
            );
            Assert.That(() => RandomGraphs.PowerLaw(100, 60, 50, 3, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => RandomGraphs.RandomRegular(5, 3, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => RandomGraphs.RandomRegular(4, 1, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => RandomGraphs.RandomRegular(4, 0, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    private static RandomStream Stream(string name, int seed = 0) =>
        RandomStream.Named("tests/random-graphs", seed.ToString(System.Globalization.CultureInfo.InvariantCulture), name);

    private static double ChiSquare(int[,] counts, int rounds, double p)
    {
        double sum = 0;
        for (int u = 0; u < counts.GetLength(0); u++)
        {
            for (int v = u + 1; v < counts.GetLength(1); v++)
                sum += Math.Pow(counts[u, v] - (rounds * p), 2) / (rounds * p * (1 - p));
        }

        return sum;
    }
}
