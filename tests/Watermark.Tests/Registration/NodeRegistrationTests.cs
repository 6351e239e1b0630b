using ResearchKit.Goldens;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Registration;

public class NodeRegistrationTests
{
    private static readonly Graph Host = RandomGraphs.BarabasiAlbert(1500, 8, TestGraphs.Stream("registration"));

    [Test]
    public void A_shuffled_graph_is_registered_and_its_mark_found()
    {
        FfgWatermark ffg = new(new FfgOptions { Budget = 200 });
        FfgKey key = ffg.GenerateKey(Host, TestGraphs.Secret("registration"));
        Graph marked = ffg.Embed(Host, key).Graph;
        AttackResult shuffled = new Relabelling().Apply(marked, TestGraphs.Stream("shuffle"));
        FfgDetection found = ffg.DetectRegistered(shuffled.Graph, Host, key);
        NodeMatching matching = found.Registration!;
        int right = Enumerable.Range(0, 1500).Count(v => matching.Alignment.SecondOfFirst[v] == shuffled.NewNumbers![v]);
        TestContext.Out.WriteLine($"{matching.Seeds} seeds, {matching.Matched} matched, {right} right, similarity {found.Similarity:0.0}");
        Assert.That(matching.Matched, Is.GreaterThan(1200));
        Assert.That((double)right / matching.Matched, Is.GreaterThan(0.97));
        Assert.That(found.Present);
        Assert.That(Math.Abs(ffg.Detect(shuffled.Graph, Host, key).Similarity), Is.LessThan(5), "without registration there is nothing");
        FfgKey wrong = ffg.GenerateKey(Host, TestGraphs.Secret("wrong"));
        Assert.That(Math.Abs(ffg.DetectRegistered(shuffled.Graph, Host, wrong).Similarity), Is.LessThan(5));
    }

    [Test]
    public void Nearest_nodes_are_those_of_a_plain_search()
    {
        Graph a = RandomGraphs.WattsStrogatz(200, 6, 0.4, TestGraphs.Stream("nearest"));
        Graph b = RandomPairFlips.OfCount(40).Apply(a, TestGraphs.Stream("nearest", "flips")).Graph;
        NodeFeatures from = new(a);
        NodeFeatures to = new(b);
        (int Nearest, bool Clear)[] found = NearestNodes.Of(from, to, 0.7, CancellationToken.None);
        for (int node = 0; node < 200; node++)
        {
            (double Distance, int Node)[] all =
            [
                .. Enumerable.Range(0, 200).Select(v => (NodeFeatures.SquaredDistance(from.Of(node), to.Of(v)), v)).Order(),
            ];
            Assert.That(found[node], Is.EqualTo((all[0].Node, all[0].Distance < 0.7 * all[1].Distance)));
        }
    }

    [Test]
    public void Features_count_neighbours_and_their_neighbours_by_degree()
    {
        // A path 0-1-2-3: degrees 1, 2, 2, 1, in the buckets floor(4 log2 2) = 4 and floor(4 log2 3) = 6.
        NodeFeatures features = new(Graph.FromEdges(4, [(0, 1), (1, 2), (2, 3)]));
        double[] expected = new double[NodeFeatures.Length];
        expected[4] = 1;
        expected[6] = 1;
        expected[NodeFeatures.Buckets + 4] = 1;
        expected[NodeFeatures.Buckets + 6] = Math.Sqrt(2);
        Assert.That(features.Of(1).ToArray(), Is.EqualTo(expected));
        Assert.That(features.Norms[1], Is.EqualTo(Math.Sqrt(5)));
    }

    [Test]
    public void Graphs_without_structure_match_nothing()
    {
        Graph ring = RandomGraphs.WattsStrogatz(60, 4, 0, TestGraphs.Stream("ring"));
        NodeMatching matching = new NodeRegistration().Match(ring, ring);
        Assert.That((matching.Seeds, matching.Matched), Is.EqualTo((0, 0)), "all nodes look alike");
        FfgWatermark ffg = new(new FfgOptions { Length = 40, Budget = 10 });
        FfgKey key = ffg.GenerateKey(ring, TestGraphs.Secret("ring"));
        FfgDetection found = ffg.DetectRegistered(ring, ring, key);
        Assert.That((found.Present, found.Similarity, found.PValue), Is.EqualTo((false, 0.0, 1.0)));
        Assert.That(() => new NodeRegistration { SeedRatio = 2 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new NodeRegistration { Rounds = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Registration_of_a_published_graph_is_nearly_complete_and_right()
    {
        Graph graph = Data
            .EdgeList.LoadAsync(GoldenFiles.Data("graphs", "ego-facebook", "facebook_combined.txt"))
            .GetAwaiter()
            .GetResult()
            .Graph;
        AttackResult shuffled = new Relabelling().Apply(graph, TestGraphs.Stream("facebook"));
        NodeMatching matching = new NodeRegistration().Match(graph, shuffled.Graph);
        int right = Enumerable.Range(0, graph.NodeCount).Count(v => matching.Alignment.SecondOfFirst[v] == shuffled.NewNumbers![v]);
        TestContext.Out.WriteLine($"{matching.Seeds} seeds, {matching.Matched} matched, {right} right");
        Assert.That(matching.Matched, Is.GreaterThan(0.85 * graph.NodeCount));
        Assert.That((double)right / matching.Matched, Is.GreaterThan(0.99));
    }
}
