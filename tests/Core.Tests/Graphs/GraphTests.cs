using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Core.Tests.Graphs;

[TestFixture]
public sealed class GraphTests
{
    /// <summary>Pairs in any order and direction, with repetitions, and the set of edges they mean.</summary>
    private static readonly Gen<(int Nodes, (int U, int V)[] Pairs)> Pairs =
        from nodes in Gen.Int[2, 40]
        from pairs in Gen.Select(Gen.Int[0, nodes - 1], Gen.Int[0, nodes - 1]).Where((u, v) => u != v).Array[0, 150]
        select (nodes, pairs);

    [Test]
    public void FromEdgesHoldsExactlyTheGivenEdges() =>
        Pairs.Sample(t =>
        {
            var graph = Graph.FromEdges(t.Nodes, t.Pairs);
            SortedSet<(int, int)> expected = Normalised(t.Pairs);
            Assert.That(graph.NodeCount, Is.EqualTo(t.Nodes));
            Assert.That(graph.Edges(), Is.EqualTo(expected));
            Assert.That(graph.EdgeCount, Is.EqualTo(expected.Count));
            for (int u = 0; u < t.Nodes; u++)
            {
                int[] row = graph.Neighbours(u).ToArray();
                Assert.That(row, Is.Ordered.Ascending);
                Assert.That(graph.Degree(u), Is.EqualTo(row.Length));
                for (int v = 0; v < t.Nodes; v++)
                    Assert.That(graph.HasEdge(u, v), Is.EqualTo(expected.Contains((Math.Min(u, v), Math.Max(u, v)))));
            }
        });

    [Test]
    public void EditsOfTheDifferenceTurnOneGraphIntoTheOther() =>
        Gen.Select(Pairs, Gen.Int)
            .Sample(
                (t, seed) =>
                {
                    var a = Graph.FromEdges(t.Nodes, t.Pairs);
                    int half = t.Pairs.Length / 2;
                    var b = Graph.FromEdges(
                        t.Nodes,
                        [.. t.Pairs[..half], .. t.Pairs.Select(p => ((p.U + 1) % t.Nodes, p.V)).Where(p => p.Item1 != p.V)]
                    );
                    EdgeEdit[] edits = Graph.SymmetricDifference(a, b);
                    SortedSet<(int, int)> inA = [.. a.Edges()];
                    SortedSet<(int, int)> inB = [.. b.Edges()];
                    Assert.That(edits.Where(e => e.Kind == EditKind.Add).Select(e => (e.U, e.V)), Is.EqualTo(inB.Except(inA).Order()));
                    Assert.That(edits.Where(e => e.Kind == EditKind.Remove).Select(e => (e.U, e.V)), Is.EqualTo(inA.Except(inB).Order()));

                    EdgeEdit[] shuffled =
                    [
                        .. edits
                            .OrderBy(e => HashCode.Combine(seed, e.U, e.V))
                            .Select(e => seed % 2 == 0 ? e : e with { U = e.V, V = e.U }),
                    ];
                    Assert.That(a.ApplyEdits(shuffled).HasSameEdges(b), Is.True);
                    Assert.That(b.ApplyEdits([.. shuffled.Select(e => e.Inverse)]).HasSameEdges(a), Is.True);
                }
            );

    [Test]
    public void RelabellingKeepsIdsWithTheirNodesAndTheChecksum() =>
        Gen.Select(Pairs, Gen.Int)
            .Sample(
                (t, seed) =>
                {
                    var ids = NodeIds.Of(Enumerable.Range(0, t.Nodes).Select(i => $"node-{i * 7}"));
                    var graph = Graph.FromEdges(t.Nodes, t.Pairs, ids);
                    int[] permutation = [.. Enumerable.Range(0, t.Nodes).OrderBy(i => HashCode.Combine(seed, i))];
                    Graph moved = graph.Relabel(permutation);
                    Assert.That(moved.EdgeListSha256(), Is.EqualTo(graph.EdgeListSha256()));
                    foreach ((int u, int v) in graph.Edges())
                    {
                        Assert.That(moved.HasEdge(permutation[u], permutation[v]), Is.True);
                        Assert.That(moved.TryFind(graph.IdOf(u), out int found) ? found : -1, Is.EqualTo(permutation[u]));
                    }

                    Assert.That(NodeAlignment.ById(graph, moved).SecondAsFirst().HasSameEdges(graph), Is.True);
                }
            );

    [Test]
    public void AlignmentReportsNodesInOneGraphOnly()
    {
        var first = Graph.FromEdges(3, [(0, 1), (1, 2)], NodeIds.Of([10L, 20L, 30L]));
        var second = Graph.FromEdges(4, [(0, 1), (1, 2), (2, 3)], NodeIds.Of([40L, 30L, 20L, 5L]));
        var alignment = NodeAlignment.ById(first, second);
        Assert.Multiple(() =>
        {
            Assert.That(alignment.SecondOfFirst.ToArray(), Is.EqualTo(new[] { -1, 2, 1 }));
            Assert.That((alignment.Common, alignment.OnlyInFirst, alignment.OnlyInSecond), Is.EqualTo((2, 1, 2)));
            Assert.That(alignment.SecondAsFirst().Edges(), Is.EqualTo(new[] { (1, 2) }));
            Assert.That(alignment.SecondAsFirst().IdOf(2), Is.EqualTo("30"));
        });
    }

    [Test]
    public void AnAlignmentFoundInAnotherWayIsChecked()
    {
        var first = Graph.FromEdges(3, [(0, 1), (1, 2)]);
        var second = Graph.FromEdges(2, [(0, 1)]);
        var alignment = NodeAlignment.Of(first, second, [-1, 1, 0]);
        Assert.Multiple(() =>
        {
            Assert.That((alignment.Common, alignment.OnlyInFirst, alignment.OnlyInSecond), Is.EqualTo((2, 1, 0)));
            Assert.That(alignment.SecondAsFirst().Edges(), Is.EqualTo(new[] { (1, 2) }));
            Assert.That(() => NodeAlignment.Of(first, second, [0, 0, -1]), Throws.ArgumentException.With.Message.Contains("Node 1"));
            Assert.That(
                () => NodeAlignment.Of(first, second, [2, -1, -1]),
                Throws.ArgumentException.With.Message.Contains("aligned with 2")
            );
            Assert.That(() => NodeAlignment.Of(first, second, [0]), Throws.ArgumentException.With.Message.Contains("3 nodes"));
        });
    }

    [Test]
    public void InducedSubgraphKeepsTheOrderOfTheNodesGiven()
    {
        var graph = Graph.FromEdges(5, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], NodeIds.Of(["a", "b", "c", "d", "e"]));
        Graph part = graph.InducedSubgraph([4, 0, 2, 1]);
        Assert.That(part.Edges(), Is.EqualTo(new[] { (0, 1), (1, 3), (2, 3) }));
        Assert.That(part.ExternalIds, Is.EqualTo(new[] { "e", "a", "c", "b" }));
        Assert.That(() => graph.InducedSubgraph([1, 1]), Throws.ArgumentException.With.Message.Contains("twice"));
    }

    [Test]
    public void ChecksumIsThatOfTheDocumentedText()
    {
        var numbered = Graph.FromEdges(3, [(2, 0), (1, 0)], NodeIds.Of([100L, 9L, 20L]));
        var plain = Graph.FromEdges(3, [(2, 0), (1, 0)]);
        Assert.That(numbered.EdgeListSha256(), Is.EqualTo(Sha256("9 100\n20 100\n")));
        Assert.That(plain.EdgeListSha256(), Is.EqualTo(Sha256("0 1\n0 2\n")));
    }

    [Test]
    public void WalkingOverEdgesAllocatesNothing()
    {
        var graph = Graph.FromEdges(100, [.. Enumerable.Range(1, 99).Select(i => (i / 2, i))]);
        long sum = 0;
        foreach ((int u, int v) in graph.Edges())
            sum += u * v;
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach ((int u, int v) in graph.Edges())
            sum -= u * v;
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(sum, Is.Zero);
    }

    [Test]
    public void WrongInputIsRefusedWithItsValue()
    {
        var graph = Graph.FromEdges(3, [(0, 1)]);
        Assert.Multiple(() =>
        {
            Assert.That(() => Graph.FromEdges(3, [(0, 3)]), Throws.ArgumentException.With.Message.Contains("(0, 3)"));
            Assert.That(() => Graph.FromEdges(3, [(2, 2)]), Throws.ArgumentException.With.Message.Contains("self loops"));
            Assert.That(() => Graph.FromEdges(-1, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Graph.FromEdges(3, [], NodeIds.Of([1L, 2L])), Throws.ArgumentException.With.Message.Contains("2 ids"));
            Assert.That(() => graph.Degree(3), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 2"));
            Assert.That(() => graph.ApplyEdits([new(0, 1, EditKind.Add)]), Throws.ArgumentException.With.Message.Contains("is there"));
            Assert.That(
                () => graph.ApplyEdits([new(1, 2, EditKind.Remove)]),
                Throws.ArgumentException.With.Message.Contains("is not there")
            );
            Assert.That(
                () => graph.ApplyEdits([new(1, 2, EditKind.Add), new(2, 1, EditKind.Add)]),
                Throws.ArgumentException.With.Message.Contains("once")
            );
            Assert.That(() => graph.ApplyEdits([new(0, 1, EditKind.Remove), new(0, 1, EditKind.Add)]), Throws.ArgumentException);
            Assert.That(() => graph.ApplyEdits([new(1, 7, EditKind.Add)]), Throws.ArgumentException.With.Message.Contains("(1, 7)"));
            Assert.That(
                () => Graph.SymmetricDifference(graph, Graph.FromEdges(4, [])),
                Throws.ArgumentException.With.Message.Contains("align")
            );
            Assert.That(() => graph.Relabel([0, 0, 1]), Throws.ArgumentException.With.Message.Contains("taken"));
            Assert.That(() => NodeIds.Of(["a", "b", "a"]), Throws.ArgumentException.With.Message.Contains("'a'"));
            Assert.That(() => graph.CopyEdges([]), Throws.ArgumentException);
        });
    }

    [Test]
    public void IdsAreFoundWhateverTheirOrder()
    {
        var numbers = NodeIds.Of(["100", "9", "20"]);
        var texts = NodeIds.Of(["b", "007", "9"]);
        Assert.Multiple(() =>
        {
            Assert.That(numbers.AreNumbers, Is.True);
            Assert.That(numbers.TryFind("9", out int nine) ? nine : -1, Is.EqualTo(1));
            Assert.That(numbers.TryFind("10", out _), Is.False);
            Assert.That(numbers.TryFind("x", out _), Is.False);
            Assert.That(texts.AreNumbers, Is.False);
            Assert.That(texts.TryFind("007", out int seven) ? seven : -1, Is.EqualTo(1));
            Assert.That(texts.TryFind("7", out int none), Is.False);
            Assert.That(none, Is.EqualTo(-1));
        });
    }

    internal static SortedSet<(int, int)> Normalised(IEnumerable<(int U, int V)> pairs) =>
        [.. pairs.Where(p => p.U != p.V).Select(p => (Math.Min(p.U, p.V), Math.Max(p.U, p.V)))];

    internal static string Sha256(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
