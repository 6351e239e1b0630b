using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Baselines;

public class ZhaoWatermarkTests
{
    private static readonly Graph Host = RandomGraphs.BarabasiAlbert(1200, 6, TestGraphs.Stream("zhao"));

    [Test]
    public void The_subgraph_is_found_with_shuffled_ids_and_not_in_the_original([Values] bool robust)
    {
        ZhaoWatermark scheme = new(new ZhaoOptions { Robust = robust });
        ZhaoKey key = scheme.GenerateKey(Host, TestGraphs.Secret("owner"), "alice"u8);
        EmbedResult marked = scheme.Embed(Host, key);
        // k = ceil(2.3 log2 1200) = 24: about k(k-1)/4 edits a subgraph.
        Assert.That((key.Size, key.Subgraphs), Is.EqualTo((24, robust ? 5 : 1)));
        Assert.That(marked.Edits.Count / (double)key.Subgraphs, Is.EqualTo(138).Within(35));
        ZhaoDetection found = scheme.Detect(marked.Graph, Host, key);
        Assert.That((found.Outcome, found.Score), Is.EqualTo((DetectionOutcome.Present, 1.0)));
        Assert.That(found.Found, Has.Count.EqualTo(key.Subgraphs));
        Graph shuffled = new Relabelling().Apply(marked.Graph, TestGraphs.Stream("shuffle")).Graph;
        Assert.That(scheme.Detect(shuffled, Host, key).Present);
        Assert.That(scheme.Detect(Host, Host, key).Outcome, Is.EqualTo(DetectionOutcome.Absent));
        ZhaoKey bob = scheme.GenerateKey(Host, TestGraphs.Secret("owner"), "bob"u8);
        Assert.That(scheme.Detect(marked.Graph, Host, bob).Present, Is.False, "another user's key; the tolerant search may give up");
    }

    [Test]
    public void The_written_subgraph_is_the_one_the_definition_names()
    {
        ZhaoWatermark scheme = new();
        ZhaoKey key = scheme.GenerateKey(Host, TestGraphs.Secret("definition"));
        MarkSubgraph mark = MarkSubgraph.Of(Host, key, CancellationToken.None).Single();
        Graph marked = scheme.Embed(Host, key).Graph;
        for (int i = 0; i < mark.Nodes.Length; i++)
        {
            for (int j = i + 1; j < mark.Nodes.Length; j++)
            {
                Assert.That(marked.HasEdge(mark.Nodes[i], mark.Nodes[j]), Is.EqualTo(mark.Joined(i, j)));
            }
            Assert.That(i == 0 || mark.Joined(i - 1, i), "consecutive nodes are joined");
        }
        Assert.That(mark.Nodes.Distinct().Count(), Is.EqualTo(key.Size));
        // Everything outside is as it was.
        HashSet<int> inside = [.. mark.Nodes];
        Assert.That(scheme.Embed(Host, key).Edits.All(e => inside.Contains(e.U) && inside.Contains(e.V)));
    }

    [Test]
    public void The_robust_form_survives_flips_that_the_basic_one_does_not()
    {
        // One edge at a marked node changes its descriptor: the basic form has no candidate for it any more.
        ZhaoWatermark basic = new();
        ZhaoKey key = basic.GenerateKey(Host, TestGraphs.Secret("flips"));
        Graph marked = basic.Embed(Host, key).Graph;
        int node = MarkSubgraph.Of(Host, key, CancellationToken.None).Single().Nodes[3];
        int other = Enumerable.Range(0, Host.NodeCount).First(v => v != node && !marked.HasEdge(node, v));
        Graph attacked = marked.ApplyEdits([new EdgeEdit(node, other, EditKind.Add)]);
        Assert.That(basic.Detect(attacked, Host, key).Outcome, Is.EqualTo(DetectionOutcome.Absent));

        ZhaoWatermark robust = new(new ZhaoOptions { Robust = true });
        ZhaoKey keys = robust.GenerateKey(Host, TestGraphs.Secret("flips"));
        Graph many = RandomPairFlips.OfCount(Host.EdgeCount / 500).Apply(robust.Embed(Host, keys).Graph, TestGraphs.Stream("flips")).Graph;
        Assert.That(robust.Detect(many, Host, keys).Present);
    }

    [Test]
    public void A_search_that_runs_out_is_undecided_not_absent()
    {
        ZhaoWatermark scheme = new(new ZhaoOptions { SearchLimit = 3 });
        ZhaoKey key = scheme.GenerateKey(Host, TestGraphs.Secret("limit"));
        ZhaoDetection found = scheme.Detect(scheme.Embed(Host, key).Graph, Host, key);
        Assert.That((found.Outcome, found.Present, found.Tried, found.PValue), Is.EqualTo((DetectionOutcome.Undecided, false, 3L, 1.0)));
    }

    [Test]
    public void Candidates_are_all_nodes_within_the_tolerances()
    {
        SubgraphCandidates candidates = new(Host, 0.1, 0.2);
        foreach (int node in new[] { 0, 5, 100, 700 })
        {
            int[] structure = NodeStructure.Of(Host, node);
            int[] expected =
            [
                .. Enumerable
                    .Range(0, Host.NodeCount)
                    .Where(v => Math.Abs(Host.Degree(v) - structure.Length) <= Math.Max(1, 0.1 * structure.Length))
                    .Where(v => NodeStructure.Distance(structure, NodeStructure.Of(Host, v)) <= 0.2),
            ];
            Assert.That(candidates.For(structure), Is.EquivalentTo(expected));
            Assert.That(candidates.For(structure)[0], Is.EqualTo(node), "its own structure is the nearest");
        }
    }

    [Test]
    public void Graphs_that_are_too_small_and_missing_inputs_are_refused()
    {
        Graph small = TestGraphs.ErdosRenyi(20, 0.3, "small");
        Assert.That(
            () => new ZhaoWatermark(new ZhaoOptions { Robust = true }).GenerateKey(small, TestGraphs.Secret("s")),
            Throws.ArgumentException.With.Message.Contains("N = 20").And.Message.Contains("k = 10")
        );
        Assert.That(() => new ZhaoWatermark().GenerateKey(Host, []), Throws.ArgumentException.With.Message.Contains("empty"));
        ZhaoKey key = new ZhaoWatermark().GenerateKey(Host, TestGraphs.Secret("s"));
        Assert.That(() => new ZhaoWatermark().Detect(Host, null, key), Throws.ArgumentException.With.Message.Contains("blind"));
        Assert.That(() => new ZhaoWatermark().Embed(small, key), Throws.TypeOf<KeyMismatchException>());
        Assert.That(() => new ZhaoOptions { SearchLimit = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
