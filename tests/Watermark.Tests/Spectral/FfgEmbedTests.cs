using CsCheck;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Which pairs a budget is spent on.</summary>
public class FfgEmbedTests
{
    [Test]
    public void A_budget_is_spent_on_exactly_the_best_pairs_whichever_way_they_are_found(
        [Values(FfgMode.Keyed, FfgMode.PaperThreshold)] FfgMode mode
    )
    {
        Graph graph = TestGraphs.ErdosRenyi(60, 0.1, "best");
        FfgOptions options = new()
        {
            Mode = mode,
            Length = 40,
            Binarisation = Binarisation.Budget,
            Budget = 25,
        };
        FfgWatermark dense = new(options with { Candidates = CandidateRule.Dense });
        FfgWatermark sampled = new(options with { Candidates = CandidateRule.Sampled });
        byte[] secret = TestGraphs.Secret("best");
        FfgKey key = dense.GenerateKey(GraphInfo.Of(graph), secret);
        FfgEmbedding result = dense.Embed(graph, key);

        // Plainly: every pair scored in double precision, sorted, the best taken.
        NodePositions positions = NodePositions.Of(graph, key);
        KeyMaterial material = KeyMaterial.Of(key, positions.PackedEdges(graph), 1, new FfgOptions().MemoryLimit, CancellationToken.None);
        Graph placed = graph.Relabel(positions.OfNode);
        List<(int X, int Y)> expected = Reference.BestPairs(
            placed,
            (x, y) => Reference.Score(material.Carriers, material.Omega, 60, x, y),
            25
        );
        Assert.That(Placed(result, positions), Is.EqualTo(expected));

        // 200,000 samples are more than the non-edges there are: the candidates are all pairs.
        FfgEmbedding sparse = sampled.Embed(graph, sampled.GenerateKey(GraphInfo.Of(graph), secret));
        Assert.That(sparse.Edits, Is.EqualTo(result.Edits));
        Assert.That(sparse.Candidates, Is.EqualTo(graph.PairCount));
        Assert.That(result.Edits, Has.Count.EqualTo(25));
        Assert.That(result.Added + result.Removed, Is.EqualTo(25));
        Assert.That(result.Graph.EdgeCount, Is.EqualTo(graph.EdgeCount + result.Added - result.Removed));
        Assert.That(result.EffectiveTau, Is.EqualTo(StandardNormal.InverseUpperTail(25.0 / graph.PairCount)));
        Assert.That(result.Warning, Is.EqualTo(EmbedWarning.None));
    }

    [Test]
    public void The_edits_lead_to_the_marked_graph_and_back()
    {
        Gen.Select(Gen.Int[3, 40], Gen.Double[0.02, 0.9], Gen.Int[0, 1_000_000])
            .Sample(
                (nodes, p, seed) =>
                {
                    Graph graph = TestGraphs.ErdosRenyi(nodes, p, $"{seed}");
                    int length = (int)Math.Min(12, Orbit.Count(nodes));
                    FfgWatermark ffg = new(
                        new FfgOptions
                        {
                            Length = length,
                            Budget = 1,
                            Candidates = seed % 2 == 0 ? CandidateRule.Dense : CandidateRule.Sampled,
                        }
                    );
                    FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret($"{seed}"));
                    if (!AnyGain(graph, key))
                    {
                        Assert.That(() => ffg.Embed(graph, key), Throws.ArgumentException.With.Message.Contains("only 0"));
                        return true;
                    }
                    FfgEmbedding result = ffg.Embed(graph, key);
                    Graph back = result.Graph.ApplyEdits([.. result.Edits.Select(e => e.Inverse)]);
                    SpectralField field = KeyMaterial.Of(key, null, 1, new FfgOptions().MemoryLimit, CancellationToken.None).ScoreField();
                    NodePositions positions = NodePositions.Of(graph, key);
                    return back.HasSameEdges(graph)
                        && Graph
                            .SymmetricDifference(graph, result.Graph)
                            .Order(Comparer<EdgeEdit>.Create((a, b) => (a.U, a.V).CompareTo((b.U, b.V))))
                            .SequenceEqual(result.Edits)
                        && result.Edits.All(e => field.At(positions.OfNode[e.U], positions.OfNode[e.V]) > 0 == (e.Kind == EditKind.Add))
                        && result.Graph.Edges().All(e => e.U < e.V);
                },
                iter: 200
            );
    }

    [Test]
    public void Neither_threads_nor_the_candidates_order_change_a_flip([Values] CandidateRule candidates)
    {
        Graph graph = RandomGraphs.BarabasiAlbert(700, 4, TestGraphs.Stream("threads"));
        FfgEmbedding[] results =
        [
            .. new[] { 1, 2, 5 }.Select(threads =>
            {
                FfgWatermark ffg = new(
                    new FfgOptions
                    {
                        Length = 96,
                        Budget = 60,
                        Candidates = candidates,
                    }
                )
                {
                    Threads = threads,
                };
                return ffg.Embed(graph, ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("threads")));
            }),
        ];
        Assert.That(results[1].Edits, Is.EqualTo(results[0].Edits));
        Assert.That(results[2].Edits, Is.EqualTo(results[0].Edits));
        FfgWatermark one = new(
            new FfgOptions
            {
                Length = 96,
                Budget = 60,
                Candidates = candidates,
            }
        )
        {
            Threads = 1,
        };
        FfgWatermark five = new(new FfgOptions()) { Threads = 5 };
        FfgKey key = one.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("threads"));
        FfgDetection a = one.Detect(results[0].Graph, graph, key);
        FfgDetection b = five.Detect(results[0].Graph, graph, key);
        Assert.That(b.Extracted, Is.EqualTo(a.Extracted), "the same bits");
        Assert.That(b.Similarity, Is.EqualTo(a.Similarity));
    }

    [Test]
    public void Renumbering_nodes_whose_ids_stay_changes_nothing([Values] FfgMode mode)
    {
        Graph graph = RandomGraphs
            .WattsStrogatz(150, 6, 0.3, TestGraphs.Stream("relabel"))
            .WithIds(NodeIds.Of(Enumerable.Range(0, 150).Select(i => $"node-{(i * 37) % 150:000}")));
        Graph renumbered = graph.Relabel(TestGraphs.Stream("relabel", "order").Permutation(150));
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = mode,
                Length = 50,
                Binarisation = Binarisation.Budget,
                Budget = 30,
            }
        );
        byte[] secret = TestGraphs.Secret("relabel");
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), secret);
        Assert.That(ffg.GenerateKey(GraphInfo.Of(renumbered), secret), Is.EqualTo(key), "the checksum is of ids, not of numbers");

        FfgEmbedding a = ffg.Embed(graph, key);
        FfgEmbedding b = ffg.Embed(renumbered, key);
        Assert.That(Named(b, renumbered), Is.EqualTo(Named(a, graph)));
        FfgDetection detected = ffg.Detect(b.Graph, graph, key);
        Assert.That(detected.Similarity, Is.EqualTo(ffg.Detect(a.Graph, graph, key).Similarity));
        Assert.That(ffg.Detect(a.Graph, renumbered, key).Extracted, Is.EqualTo(detected.Extracted), "the same bits");
        Assert.That(detected.Ids.Complete);
    }

    [Test]
    public void Ties_go_to_the_smaller_pair()
    {
        // One wave of frequency (0, M/2): the field takes three values only, so almost every pair is tied.
        Graph graph = Graph.FromEdges(12, [(0, 1)]);
        KeyMaterial material = KeyMaterial.OfParts(new FfgOptions(), [new Carrier(0, 6)], [1.0], 12);
        SpectralField field = material.ScoreField();
        FfgKey natural = new FfgWatermark(new FfgOptions { Mode = FfgMode.PaperThreshold, Length = 3 }).GenerateKey(
            GraphInfo.Of(graph),
            new byte[32]
        );
        NodePositions positions = NodePositions.Of(graph, natural);
        ulong[] edges = positions.PackedEdges(graph);
        FlipSearch search = new(graph, positions, edges, new FfgOptions(), 2, null, CancellationToken.None);
        ulong[] chosen = search
            .BudgetDense(field, 5, 5, together: true)
            .Select(p => field.At(PositionPair.Unpack(p).X, PositionPair.Unpack(p).Y));
        // f = (-1)^x + (-1)^y = 2 where both are even.
        Assert.That(chosen.Select(PositionPair.Unpack), Is.EqualTo(new[] { (0, 2), (0, 4), (0, 6), (0, 8), (0, 10) }));
    }

    [TestCase("karate")]
    [TestCase("football")]
    public void Small_published_graphs_can_be_marked(string name)
    {
        string file = name == "karate" ? "karate.adjlist" : "football.edgelist";
        Graph graph = Data.EdgeList.LoadAsync(Goldens.GoldenFiles.Data("graphs", name, file)).GetAwaiter().GetResult().Graph;
        FfgWatermark ffg = new(new FfgOptions { Length = 128, Budget = graph.EdgeCount / 5 });
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret(name));
        FfgEmbedding result = ffg.Embed(graph, key);
        Assert.That(result.Edits, Has.Count.EqualTo(graph.EdgeCount / 5));
        Assert.That(ffg.Detect(result.Graph, graph, key).Present);
        Assert.That(ffg.Detect(graph, graph, key).Present, Is.False);
    }

    [Test]
    public void Nothing_is_left_behind()
    {
        Graph graph = TestGraphs.ErdosRenyi(50, 0.2, "leak");
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Length = 30,
                Binarisation = Binarisation.Budget,
                Budget = 20,
                Candidates = CandidateRule.Dense,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("leak"));
        ffg.Embed(graph, key);
        long before = TorchSharp.torch.Tensor.TotalCount;
        for (int i = 0; i < 5; i++)
        {
            ffg.Detect(ffg.Embed(graph, key).Graph, graph, key);
        }
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.That(() => ffg.Embed(graph, key, null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(TorchSharp.torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    private static bool AnyGain(Graph graph, FfgKey key)
    {
        NodePositions positions = NodePositions.Of(graph, key);
        Graph placed = graph.Relabel(positions.OfNode);
        KeyMaterial material = KeyMaterial.Of(key, null, 1, new FfgOptions().MemoryLimit, CancellationToken.None);
        SpectralField field = material.ScoreField();
        return Enumerable
            .Range(0, graph.NodeCount)
            .Any(x =>
                Enumerable.Range(x + 1, graph.NodeCount - x - 1).Any(y => placed.HasEdge(x, y) ? field.At(x, y) < 0 : field.At(x, y) > 0)
            );
    }

    private static IEnumerable<(int, int)> Placed(FfgEmbedding result, NodePositions positions) =>
        result.Edits.Select(e => PositionPair.Unpack(PositionPair.Pack(positions.OfNode[e.U], positions.OfNode[e.V]))).Order();

    private static IEnumerable<(string, string, EditKind)> Named(FfgEmbedding result, Graph graph) =>
        result
            .Edits.Select(e =>
            {
                string u = graph.IdOf(e.U);
                string v = graph.IdOf(e.V);
                return string.CompareOrdinal(u, v) < 0 ? (u, v, e.Kind) : (v, u, e.Kind);
            })
            .Order();
}
