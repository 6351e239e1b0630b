using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Core.Tests.Graphs;

/// <summary>Components, bridges and clustering against their definitions.</summary>
[TestFixture]
public sealed class GraphStructureTests
{
    private static readonly Gen<Graph> Sparse =
        from nodes in Gen.Int[2, 24]
        from pairs in Gen.Select(Gen.Int[0, nodes - 1], Gen.Int[0, nodes - 1]).Where((u, v) => u != v).Array[0, 30]
        select Graph.FromEdges(nodes, pairs);

    [Test]
    public void ComponentsAreThoseOfReachability() =>
        Sparse.Sample(graph =>
        {
            var components = ConnectedComponents.Of(graph);
            for (int node = 0; node < graph.NodeCount; node++)
            {
                SortedSet<int> reached = Reached(graph, node);
                Assert.That(components.Sizes[components.ComponentOf[node]], Is.EqualTo(reached.Count));
                foreach (int other in reached)
                    Assert.That(components.ComponentOf[other], Is.EqualTo(components.ComponentOf[node]));
            }

            Assert.That(components.Sizes.ToArray().Sum(), Is.EqualTo(graph.NodeCount));
            Assert.That(components.LargestComponent(), Has.Length.EqualTo(components.Sizes.ToArray().Max()));
        });

    [Test]
    public void BridgesAreTheEdgesWhoseRemovalAddsAComponent() =>
        Sparse.Sample(graph =>
        {
            int before = ConnectedComponents.Of(graph).Count;
            IEnumerable<(int, int)> expected = graph
                .Edges()
                .Where(e => ConnectedComponents.Of(graph.ApplyEdits([new EdgeEdit(e.U, e.V, EditKind.Remove)])).Count > before);
            Assert.That(Bridges.Of(graph), Is.EqualTo(expected));
        });

    [Test]
    public void ALongPathIsAllBridgesAndDoesNotOverflowTheStack()
    {
        const int nodes = 300_000;
        var path = Graph.FromEdges(nodes, [.. Enumerable.Range(0, nodes - 1).Select(i => (i, i + 1))]);
        Assert.That(Bridges.Of(path), Has.Length.EqualTo(nodes - 1));
    }

    [Test]
    public void TrianglesAreCountedAtEachOfTheirNodes() =>
        Sparse.Sample(graph =>
        {
            var expected = new long[graph.NodeCount];
            for (int a = 0; a < graph.NodeCount; a++)
            {
                for (int b = a + 1; b < graph.NodeCount; b++)
                {
                    for (int c = b + 1; c < graph.NodeCount; c++)
                    {
                        long one = graph.HasEdge(a, b) && graph.HasEdge(b, c) && graph.HasEdge(a, c) ? 1 : 0;
                        expected[a] += one;
                        expected[b] += one;
                        expected[c] += one;
                    }
                }
            }

            Assert.That(Clustering.TrianglesByNode(graph), Is.EqualTo(expected));
        });

    [Test]
    public void MeanClusteringOfKnownGraphs()
    {
        var triangleWithTail = Graph.FromEdges(4, [(0, 1), (1, 2), (0, 2), (2, 3)]);
        Assert.That(Clustering.Mean(triangleWithTail), Is.EqualTo((1 + 1 + (1 / 3.0) + 0) / 4).Within(1e-15));
        Assert.That(Clustering.Mean(Graph.FromEdges(0, [])), Is.Zero);
    }

    private static SortedSet<int> Reached(Graph graph, int start)
    {
        SortedSet<int> reached = [start];
        var open = new Stack<int>([start]);
        while (open.TryPop(out int node))
        {
            foreach (int neighbour in graph.Neighbours(node))
            {
                if (reached.Add(neighbour))
                    open.Push(neighbour);
            }
        }

        return reached;
    }
}
