using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Attacks;

/// <summary>What every attack keeps to: exact counts, exact edits, the same stream the same attack.</summary>
public class GraphAttackTests
{
    private static readonly Graph Host = RandomGraphs.WattsStrogatz(300, 8, 0.2, TestGraphs.Stream("attacks"));

    private static IEnumerable<string> Names => GraphAttacks.All.Select(a => a.Name);

    [TestCaseSource(nameof(Names))]
    public void Edits_are_exact_distinct_and_reproducible(string name)
    {
        IGraphAttack attack = GraphAttacks.Named(name).Create(Host.EdgeCount, 0.2);
        AttackResult result = attack.Apply(Host, TestGraphs.Stream(name));
        AttackResult again = attack.Apply(Host, TestGraphs.Stream(name));
        Assert.That(again.Edits, Is.EqualTo(result.Edits));
        Assert.That(again.Graph.HasSameEdges(result.Graph));
        Assert.That(result.Edits.Select(e => (e.U, e.V)), Is.Unique.And.Ordered);
        Assert.That(result.Edits.All(e => e.U < e.V));
        if (result is { AddedNodes: 0, DeletedNodes.Count: 0, NewNumbers: null })
        {
            Assert.That(Graph.SymmetricDifference(Host, result.Graph), Is.EqualTo(result.Edits));
            AttackResult other = attack.Apply(Host, TestGraphs.Stream(name, "other"));
            Assert.That(other.Edits, Is.Not.EqualTo(result.Edits), "another stream, another attack");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Strength_zero_and_small_graphs_are_no_special_case(string name)
    {
        foreach (Graph graph in new[] { Graph.FromEdges(1, []), Graph.FromEdges(2, [(0, 1)]), Graph.FromEdges(5, []) })
        {
            AttackResult result = GraphAttacks.Named(name).Create(graph.EdgeCount, 0).Apply(graph, TestGraphs.Stream(name));
            Assert.That(result.Graph.NodeCount, Is.EqualTo(name == "crop" ? 0 : graph.NodeCount));
        }
    }

    [Test]
    public void Counts_are_as_asked()
    {
        int edges = Host.EdgeCount;
        EdgeEdit[] Edits(IGraphAttack attack) => [.. attack.Apply(Host, TestGraphs.Stream("counts")).Edits];
        Assert.That(Edits(new EdgeDeletion(0.3)), Has.Length.EqualTo(360).And.All.Matches<EdgeEdit>(e => e.Kind == EditKind.Remove));
        Assert.That(Edits(new EdgeAddition(77)), Has.Length.EqualTo(77).And.All.Matches<EdgeEdit>(e => e.Kind == EditKind.Add));
        Assert.That(Edits(new EdgeAddition((int)(Host.PairCount - edges))), Has.Length.EqualTo(Host.PairCount - edges), "all of them");
        AttackResult sparse = new Sparsification(0.25).Apply(Host, TestGraphs.Stream("counts"));
        Assert.That(ConnectedComponents.Of(sparse.Graph).Count, Is.EqualTo(ConnectedComponents.Of(Host).Count));
        Assert.That(sparse.Graph.EdgeCount, Is.EqualTo(299 + (int)Math.Round(0.25 * (edges - 299))));
        AttackResult nodes = new NodeDeletion(0.1).Apply(Host, TestGraphs.Stream("counts"));
        Assert.That((nodes.Graph.NodeCount, nodes.DeletedNodes.Count), Is.EqualTo((270, 30)));
        Assert.That(NodeAlignment.ById(Host, nodes.Graph).Common, Is.EqualTo(270), "the others keep their ids");
        Assert.That(nodes.Edits.All(e => nodes.DeletedNodes.Contains(e.U) || nodes.DeletedNodes.Contains(e.V)));
        AttackResult inserted = new NodeInsertion(5, 3).Apply(Host, TestGraphs.Stream("counts"));
        Assert.That((inserted.Graph.NodeCount, inserted.Edits.Count, inserted.AddedNodes), Is.EqualTo((305, 15, 5)));
        Assert.That(new EgoCrop(0.5).Apply(Host, TestGraphs.Stream("counts")).Graph.NodeCount, Is.EqualTo(150));
    }

    [Test]
    public void A_crop_is_connected_where_the_graph_is()
    {
        Assert.That(ConnectedComponents.Of(Host).Count, Is.EqualTo(1));
        Assert.That(ConnectedComponents.Of(new EgoCrop(0.3).Apply(Host, TestGraphs.Stream("crop")).Graph).Count, Is.EqualTo(1));
    }

    [Test]
    public void Rewiring_keeps_every_degree()
    {
        Gen.Select(Gen.Int[8, 60], Gen.Double[0.1, 0.5], Gen.Double[0, 1], Gen.Int[0, 100_000])
            .Sample(
                (nodes, p, share, seed) =>
                {
                    Graph graph = TestGraphs.ErdosRenyi(nodes, p, $"{seed}");
                    try
                    {
                        AttackResult result = new EdgeRewiring(share).Apply(graph, TestGraphs.Stream("rewire", $"{seed}"));
                        return result.Graph.Degrees().SequenceEqual(graph.Degrees());
                    }
                    catch (ArgumentException e)
                    {
                        // A graph of few edges may allow no switch.
                        return e.Message.Contains("switches", StringComparison.Ordinal);
                    }
                },
                iter: 100
            );
        Assert.That(
            () => new EdgeRewiring(1).Apply(Graph.FromEdges(4, [(0, 1), (0, 2), (0, 3)]), TestGraphs.Stream("star")),
            Throws.ArgumentException.With.Message.Contains("0 switches"),
            "a star allows none"
        );
    }

    [Test]
    public void Cluster_attacks_spend_half_their_budget_on_each_kind()
    {
        // Four cliques of 12, joined in a ring: the communities are plain.
        List<(int, int)> edges = [];
        for (int c = 0; c < 4; c++)
        {
            for (int i = 0; i < 12; i++)
            {
                edges.AddRange(Enumerable.Range(i + 1, 11 - i).Where(j => (i + j) % 5 != 0).Select(j => ((12 * c) + i, (12 * c) + j)));
            }
            edges.Add(((12 * c), (12 * ((c + 1) % 4)) + 3));
        }
        Graph graph = Graph.FromEdges(48, [.. edges]);
        int[] community = LabelPropagation.Communities(graph, TestGraphs.Stream("communities"), CancellationToken.None);
        Assert.That(community.Distinct().Count(), Is.EqualTo(4));
        Assert.That(Enumerable.Range(0, 48).All(v => community[v] == community[12 * (v / 12)]));

        AttackResult dense = new ClusterAttack(8, ClusterPlan.DensifyInside).Apply(graph, TestGraphs.Stream("dense"));
        Assert.That(dense.Edits.Count(e => e.Kind == EditKind.Add && e.U / 12 == e.V / 12), Is.EqualTo(4));
        Assert.That(dense.Edits.Count(e => e.Kind == EditKind.Remove && e.U / 12 != e.V / 12), Is.EqualTo(4));
        AttackResult more = new ClusterAttack(20, ClusterPlan.DensifyInside).Apply(graph, TestGraphs.Stream("dense"));
        Assert.That(
            more.Edits.Count(e => e.Kind == EditKind.Remove),
            Is.EqualTo(4),
            "there are only four edges between; the rest is added"
        );
        AttackResult sparse = new ClusterAttack(8, ClusterPlan.SparsifyInside).Apply(graph, TestGraphs.Stream("sparse"));
        Assert.That(sparse.Edits.Count(e => e.Kind == EditKind.Remove && e.U / 12 == e.V / 12), Is.EqualTo(4));
        Assert.That(sparse.Edits.Count(e => e.Kind == EditKind.Add && e.U / 12 != e.V / 12), Is.EqualTo(4));
    }

    [Test]
    public void Denoising_takes_the_edges_with_the_fewest_common_neighbours()
    {
        AttackResult result = new Denoising(100).Apply(Host, TestGraphs.Stream("denoise"));
        int Common(int u, int v) => Host.Neighbours(u).ToArray().Intersect(Host.Neighbours(v).ToArray()).Count();
        HashSet<(int, int)> removed = [.. result.Edits.Select(e => (e.U, e.V))];
        int most = removed.Max(e => Common(e.Item1, e.Item2));
        Assert.That(Host.Edges().Where(e => !removed.Contains(e)).Min(e => Common(e.U, e.V)), Is.GreaterThanOrEqualTo(most));
    }

    [Test]
    public void Colluders_decide_only_where_their_copies_differ()
    {
        Graph[] copies =
        [
            .. Enumerable.Range(0, 3).Select(i => RandomPairFlips.OfCount(200).Apply(Host, TestGraphs.Stream("copy", $"{i}")).Graph),
        ];
        Graph Mix(CollusionRule rule) => new Collusion(rule).Mix(copies, TestGraphs.Stream("mix")).Graph;
        (Graph random, Graph majority, Graph union, Graph intersection) = (
            Mix(CollusionRule.Random),
            Mix(CollusionRule.Majority),
            Mix(CollusionRule.Union),
            Mix(CollusionRule.Intersection)
        );
        int different = 0;
        for (int u = 0; u < 300; u++)
        {
            for (int v = u + 1; v < 300; v++)
            {
                int votes = copies.Count(c => c.HasEdge(u, v));
                Assert.That(majority.HasEdge(u, v), Is.EqualTo(votes >= 2));
                Assert.That(union.HasEdge(u, v), Is.EqualTo(votes >= 1));
                Assert.That(intersection.HasEdge(u, v), Is.EqualTo(votes == 3));
                different += votes is 1 or 2 ? 1 : 0;
                Assert.That(random.HasEdge(u, v), votes is 1 or 2 ? Is.AnyOf(true, false) : Is.EqualTo(votes == 3));
            }
        }
        // Each of about 600 differing pairs is decided by one of three copies at random: about a third against the first.
        int changed = Graph.SymmetricDifference(copies[0], random).Length;
        Assert.That(changed, Is.InRange((int)(different * 0.3), (int)(different * 0.6)));
        Assert.That(() => new Collusion(CollusionRule.Union).Mix([], TestGraphs.Stream("none")), Throws.ArgumentException);
    }

    [Test]
    public void Impossible_strengths_are_refused()
    {
        Assert.That(() => new EdgeDeletion(1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0..1"));
        Assert.That(() => new NodeDeletion(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new EdgeAddition(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new EdgeAddition(7).Apply(Graph.FromEdges(4, []), TestGraphs.Stream("x")),
            Throws.ArgumentException.With.Message.Contains("7").And.Message.Contains("6")
        );
        Assert.That(() => new Denoising(2).Apply(Graph.FromEdges(3, [(0, 1)]), TestGraphs.Stream("x")), Throws.ArgumentException);
        Assert.That(() => new NodeInsertion(1, 9).Apply(Graph.FromEdges(4, []), TestGraphs.Stream("x")), Throws.ArgumentException);
        Assert.That(
            () => new ClusterAttack(50, ClusterPlan.DensifyInside).Apply(Graph.FromEdges(4, []), TestGraphs.Stream("x")),
            Throws.ArgumentException
        );
        Assert.That(() => GraphAttacks.Named("magic"), Throws.ArgumentException.With.Message.Contains("rewire"));
    }
}
