using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

public class FfgStatisticsTests
{
    [Test]
    public void Keys_that_have_nothing_to_do_with_the_mark_give_standard_normal_similarities()
    {
        Graph graph = RandomGraphs.ErdosRenyi(500, 0.02, TestGraphs.Stream("null"));
        FfgWatermark ffg = new(new FfgOptions { Length = 128, Budget = 60 }) { Threads = 2 };
        GraphInfo info = GraphInfo.Of(graph);
        FfgEmbedding marked = ffg.Embed(graph, ffg.GenerateKey(info, TestGraphs.Secret("the owner")));
        double[] similarities =
        [
            .. Enumerable
                .Range(0, 2000)
                .Select(i => ffg.Detect(marked.Graph, graph, ffg.GenerateKey(info, TestGraphs.Secret($"wrong {i}"))).Similarity),
        ];
        AssertStandardNormal(similarities);
        Assert.That(similarities.Max(), Is.LessThan(6), "no false positive");
    }

    [Test]
    public void Blind_scores_of_unmarked_graphs_are_standard_normal()
    {
        Graph graph = RandomGraphs.BarabasiAlbert(300, 3, TestGraphs.Stream("blind null"));
        // A sparse host: the variance is E (1 - density), and the null is that of a density near 0.
        FfgWatermark ffg = new(new FfgOptions { Length = 64, Budget = 10 });
        GraphInfo info = GraphInfo.Of(graph);
        double[] scores =
        [
            .. Enumerable
                .Range(0, 2000)
                .Select(i => ffg.Detect(graph, null, ffg.GenerateKey(info, TestGraphs.Secret($"blind {i}"))).Similarity),
        ];
        double mean = scores.Average();
        Assert.That(mean, Is.EqualTo(0).Within(4 / Math.Sqrt(2000)));
        Assert.That(Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))), Is.EqualTo(1).Within(0.06));
        Assert.That(scores.Max(), Is.LessThan(6));
    }

    [Test]
    public void The_similarity_is_as_predicted_over_graphs_and_budgets()
    {
        foreach ((string name, Graph graph) in Hosts())
        {
            foreach (double share in new[] { 0.01, 0.05 })
            {
                FfgWatermark ffg = new(
                    new FfgOptions
                    {
                        Budget = (int)(share * graph.EdgeCount),
                        Length = 256,
                        Candidates = CandidateRule.Dense,
                    }
                );
                WatermarkPlanner planner = new(graph.NodeCount, graph.EdgeCount) { Length = 256 };
                double predicted = planner.NoAttack((int)(share * graph.EdgeCount)).Similarity;
                double mean = Enumerable
                    .Range(0, 8)
                    .Average(seed =>
                    {
                        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret($"{name} {seed}"));
                        FfgEmbedding marked = ffg.Embed(graph, key);
                        Assert.That(marked.PredictedSimilarity, Is.EqualTo(predicted).Within(1e-9));
                        return ffg.Detect(marked.Graph, graph, key).Similarity;
                    });
                // Eight keys, each with deviation about 1 and the key's own length: 12 % is three deviations of the mean for the weakest.
                Assert.That(mean, Is.EqualTo(predicted).Within(0.12 * predicted), $"{name} at {share}");
            }
        }
    }

    [Test]
    public void The_papers_threshold_flips_as_many_as_predicted_and_gives_the_similarity_predicted()
    {
        // Section 6.2: m = 1000, N = 1000, E about 5000, random carriers, tau = 3.5, 20 seeds.
        double rate = StandardNormal.UpperTail(3.5);
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Carriers = CarrierRule.Random,
                Length = 1000,
                FlipRate = rate,
            }
        );
        double flips = 0;
        double similarity = 0;
        double predicted = 0;
        WatermarkPlanner planner = new(1000, 5000) { Length = 1000, Phases = false };
        for (int seed = 0; seed < 20; seed++)
        {
            Graph graph = RandomGraphs.ErdosRenyi(1000, 0.01, TestGraphs.Stream("threshold", $"{seed}"));
            FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret($"threshold {seed}"));
            FfgEmbedding marked = ffg.Embed(graph, key);
            flips += marked.Edits.Count / 20.0;
            similarity += ffg.Detect(marked.Graph, graph, key).Similarity / 20;
            predicted += planner.NoAttack(marked.Edits.Count).Similarity / 20;
        }
        Assert.That(flips, Is.EqualTo(499_500 * rate).Within(20).Percent);
        Assert.That(similarity, Is.EqualTo(predicted).Within(10).Percent);
    }

    [Test]
    public void The_planner_agrees_with_simulated_attacks()
    {
        Graph graph = RandomGraphs.BarabasiAlbert(800, 6, TestGraphs.Stream("planner"));
        FfgWatermark ffg = new(new FfgOptions { Budget = 200, Candidates = CandidateRule.Dense });
        WatermarkPlanner planner = new(800, graph.EdgeCount);
        const int Seeds = 8;
        double[] flips = new double[Seeds];
        double[] edges = new double[Seeds];
        double[] nodes = new double[Seeds];
        double[] colluders = new double[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret($"planner {seed}"));
            FfgEmbedding marked = ffg.Embed(graph, key);
            RandomStream random = TestGraphs.Stream("planner", $"{seed}");
            flips[seed] = Similarity(RandomPairFlips.OfCount(1000).Apply(marked.Graph, random).Graph);

            (int U, int V)[] all = [.. marked.Graph.Edges()];
            int[] deleted = random.Sample(all.Length, (int)(0.3 * all.Length));
            edges[seed] = Similarity(marked.Graph.ApplyEdits([.. deleted.Select(i => new EdgeEdit(all[i].U, all[i].V, EditKind.Remove))]));

            int[] survivors = [.. random.Sample(800, 560).Order()];
            Graph named = marked.Graph.WithIds(NodeIds.Of([.. Enumerable.Range(0, 800).Select(i => (long)i)]));
            nodes[seed] = Similarity(named.InducedSubgraph(survivors));

            FfgKey second = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret($"planner second {seed}"));
            EdgeEdit[] mixed =
            [
                .. marked.Edits.Where(_ => random.NextBool(0.5)),
                .. ffg.Embed(graph, second).Edits.Except(marked.Edits).Where(_ => random.NextBool(0.5)),
            ];
            colluders[seed] = Similarity(graph.ApplyEdits(mixed));

            double Similarity(Graph suspect) => ffg.Detect(suspect, graph, key).Similarity;
        }
        void AssertNear(double[] measured, double predicted, string attack) =>
            Assert.That(measured.Average(), Is.EqualTo(predicted).Within(Math.Max(1.2, 0.12 * predicted)), attack);
        AssertNear(flips, planner.RandomFlips(200, 1000).Similarity, "random flips");
        AssertNear(edges, planner.EdgeDeletion(200, 0.3).Similarity, "edge deletion");
        AssertNear(nodes, planner.NodeDeletion(200, 0.3).Similarity, "node deletion");
        AssertNear(colluders, planner.Collusion(200, 2).Similarity, "collusion");
    }

    private static IEnumerable<(string, Graph)> Hosts()
    {
        yield return ("ER", RandomGraphs.ErdosRenyi(600, 0.02, TestGraphs.Stream("hosts")));
        yield return ("BA", RandomGraphs.BarabasiAlbert(600, 5, TestGraphs.Stream("hosts")));
        yield return ("WS", RandomGraphs.WattsStrogatz(600, 10, 0.1, TestGraphs.Stream("hosts")));
    }

    /// <summary>Kolmogorov-Smirnov against N(0, 1): the distance exceeds 1.95/sqrt(n) with probability 0.001.</summary>
    private static void AssertStandardNormal(double[] values)
    {
        double[] sorted = [.. values.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double below = 1 - StandardNormal.UpperTail(sorted[i]);
            distance = Math.Max(
                distance,
                Math.Max(Math.Abs(below - ((double)i / sorted.Length)), Math.Abs(below - ((i + 1.0) / sorted.Length)))
            );
        }
        Assert.That(distance * Math.Sqrt(sorted.Length), Is.LessThan(1.95), "Kolmogorov-Smirnov, p > 0.001");
        double mean = values.Average();
        Assert.That(mean, Is.EqualTo(0).Within(0.1));
        Assert.That(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), Is.EqualTo(1).Within(0.05));
    }
}
