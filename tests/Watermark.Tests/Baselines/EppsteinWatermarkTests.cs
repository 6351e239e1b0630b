using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Baselines;

public class EppsteinWatermarkTests
{
    private static readonly Graph Host = RandomGraphs.PowerLaw(1500, 30, 400, 2.5, TestGraphs.Stream("eppstein"));

    [Test]
    public void A_copy_is_identified_among_ten_with_and_without_ids()
    {
        foreach (int copy in new[] { 0, 7 })
        {
            EppsteinWatermark scheme = new(new EppsteinOptions { Copy = copy, KeySize = 12 });
            EppsteinKey key = scheme.GenerateKey(Host, TestGraphs.Secret("copies"));
            EmbedResult marked = scheme.Embed(Host, key);
            Assert.That(marked.Edits, Is.Not.Empty.And.Count.LessThanOrEqualTo(key.Pairs.Count));
            EppsteinDetection found = scheme.Detect(marked.Graph, Host, key);
            TestContext.Out.WriteLine($"{key.HighNodes} high, {key.MediumNodes} medium, {found.Score:0.00} of {key.Pairs.Count} bits");
            Assert.That(found.Present);
            Assert.That(
                found.PValue,
                Is.EqualTo(Metrics.BinomialTail.AtLeast((long)Math.Round(found.Score * 12), 12, 0.5)),
                "so many right bits of fair coins"
            );
            Graph shuffled = new Relabelling().Apply(marked.Graph, TestGraphs.Stream("shuffle")).Graph;
            Assert.That(scheme.Detect(shuffled, Host, key).Nearest, Is.EqualTo(new[] { copy }), "ids are not needed");
            EppsteinKey other = key with { Copy = 9 - copy };
            Assert.That(scheme.Detect(marked.Graph, Host, other).Present, Is.False);
        }
    }

    [Test]
    public void Renumbering_nodes_whose_ids_stay_changes_nothing()
    {
        Graph named = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 1500).Select(i => $"n{(i * 7) % 1500:0000}")));
        Graph renumbered = named.Relabel(TestGraphs.Stream("renumber").Permutation(1500));
        EppsteinWatermark scheme = new(new EppsteinOptions { KeySize = 12 });
        EppsteinKey key = scheme.GenerateKey(named, TestGraphs.Secret("renumber"));
        Assert.That(scheme.GenerateKey(renumbered, TestGraphs.Secret("renumber")).Pairs, Is.EqualTo(key.Pairs));
        string[] Named(Graph g) =>
            [.. scheme.Embed(g, key).Edits.Select(e => string.Join('-', new[] { g.IdOf(e.U), g.IdOf(e.V) }.Order())).Order()];
        Assert.That(Named(renumbered), Is.EqualTo(Named(named)));
        Assert.That(scheme.Detect(scheme.Embed(renumbered, key).Graph, named, key).Present);
    }

    [Test]
    public void Thresholds_divide_no_group_of_equal_degree()
    {
        // Degrees of a star of 4 and a path: 4, 2, 2, 1, 1, 1, 1, 1, 1.
        Graph graph = Graph.FromEdges(9, [(0, 1), (0, 2), (0, 3), (0, 4), (5, 6), (6, 7), (7, 8)]);
        Assert.That(
            Enumerable.Range(0, 10).Select(t => DegreeThresholds.PreviousValid(graph, t)),
            Is.EqualTo(new[] { 0, 1, 1, 3, 3, 3, 3, 3, 3, 3 }),
            "the last group is never reached"
        );
        Gen.Select(Gen.Int[3, 60], Gen.Double[0.05, 0.9], Gen.Int[0, 100_000])
            .Sample(
                (nodes, p, seed) =>
                {
                    Graph g = TestGraphs.ErdosRenyi(nodes, p, $"{seed}");
                    int threshold = seed % (nodes + 1);
                    int valid = DegreeThresholds.PreviousValid(g, threshold);
                    int[] degrees = g.DegreeSequence();
                    return valid <= threshold && valid < nodes && (valid == 0 || degrees[valid] < degrees[valid - 1]);
                },
                iter: 200
            );
    }

    [Test]
    public void Key_pairs_are_distinct_and_use_a_label_as_often_as_allowed()
    {
        Gen.Select(Gen.Int[2, 40], Gen.Int[1, 4], Gen.Double[0, 1], Gen.Int[0, 100_000])
            .Sample(
                (labels, perLabel, share, seed) =>
                {
                    int most = labels * Math.Min(perLabel, labels - 1) / 2;
                    using KeyStream stream = new(TestGraphs.Secret($"{seed}"), "pairs");
                    int count = (int)(share * most);
                    (int A, int B)[]? pairs = KeyPairs.Draw(labels, count, perLabel, stream);
                    return pairs is null
                        ? count > 0
                        : pairs.Length == count
                            && pairs.SequenceEqual(pairs.Distinct().Order())
                            && pairs.All(p => p.A < p.B && p.B < labels)
                            && pairs.SelectMany(p => new[] { p.A, p.B }).GroupBy(l => l).All(g => g.Count() <= perLabel);
                },
                iter: 300
            );
        using KeyStream one = new(TestGraphs.Secret("one"), "pairs");
        Assert.That(KeyPairs.Draw(6, 4, 1, one), Is.Null, "six labels make three pairs");
        Assert.That(KeyPairs.Draw(5, 10, 4, one), Has.Length.EqualTo(10), "all pairs: dead ends are left again");
    }

    [Test]
    public void A_suspect_with_another_number_of_high_nodes_is_ambiguous()
    {
        // A star of stars: two hubs of different degree. Making the second as large as the first and its mirror ties the cut.
        Graph host = Host;
        EppsteinWatermark scheme = new();
        EppsteinKey key = scheme.GenerateKey(host, TestGraphs.Secret("ties"));
        Graph regular = RandomGraphs.RandomRegular(1500, 6, TestGraphs.Stream("regular"));
        EppsteinDetection found = scheme.Detect(regular, host, key);
        Assert.That((found.LabelsAmbiguous, found.Present, found.Score, found.PValue), Is.EqualTo((true, false, 0.0, 1.0)));
    }

    [Test]
    public void Impossible_keys_name_high_medium_and_N()
    {
        Graph regular = RandomGraphs.RandomRegular(50, 4, TestGraphs.Stream("impossible"));
        Assert.That(
            () => new EppsteinWatermark().GenerateKey(regular, TestGraphs.Secret("a")),
            Throws.ArgumentException.With.Message.Contains("high = 0").And.Message.Contains("N = 50")
        );
        EppsteinWatermark few = new(new EppsteinOptions { MediumNodes = 2 });
        Assert.That(
            () => few.GenerateKey(Host, TestGraphs.Secret("a")),
            Throws.ArgumentException.With.Message.Contains("fewer than 2 medium nodes").And.Message.Contains("medium = ")
        );
        EppsteinWatermark large = new(new EppsteinOptions { KeySize = 100_000 });
        Assert.That(
            () => large.GenerateKey(Host, TestGraphs.Secret("a")),
            Throws.ArgumentException.With.Message.Contains("100000 distinct pairs")
        );
        Assert.That(
            () => new EppsteinOptions { HighNodes = 0 },
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("HighNodes")
        );
        EppsteinWatermark scheme = new();
        EppsteinKey key = scheme.GenerateKey(Host, TestGraphs.Secret("a"));
        Assert.That(() => scheme.Detect(Host, null, key), Throws.ArgumentException.With.Message.Contains("blind"));
        Assert.That(() => scheme.Embed(regular, key), Throws.TypeOf<KeyMismatchException>().With.Message.Contains("1500"));
        Assert.That(
            () => new EppsteinWatermark(new EppsteinOptions { Copy = 10 }).GenerateKey(Host, TestGraphs.Secret("a")),
            Throws.ArgumentException.With.Message.Contains("10 copies")
        );
    }
}
