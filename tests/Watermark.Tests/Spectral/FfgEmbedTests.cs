using CsCheck;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

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
    public void Selections_keep_to_their_kind()
    {
        Graph graph = TestGraphs.ErdosRenyi(120, 0.2, "kinds");
        FfgEmbedding Mark(FlipSelection selection, CandidateRule candidates)
        {
            FfgWatermark ffg = new(
                new FfgOptions
                {
                    Length = 60,
                    Budget = 41,
                    Selection = selection,
                    Candidates = candidates,
                }
            );
            return ffg.Embed(graph, ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("kinds")));
        }
        foreach (CandidateRule candidates in Enum.GetValues<CandidateRule>())
        {
            Assert.That(
                (Mark(FlipSelection.Balanced, candidates).Added, Mark(FlipSelection.Balanced, candidates).Removed),
                Is.EqualTo((21, 20))
            );
            Assert.That(
                (Mark(FlipSelection.AdditionsOnly, candidates).Added, Mark(FlipSelection.AdditionsOnly, candidates).Removed),
                Is.EqualTo((41, 0))
            );
            Assert.That(
                (Mark(FlipSelection.RemovalsOnly, candidates).Added, Mark(FlipSelection.RemovalsOnly, candidates).Removed),
                Is.EqualTo((0, 41))
            );
            Assert.That(Mark(FlipSelection.RemovalsOnly, candidates).Candidates, Is.EqualTo(graph.EdgeCount));
        }
        Assert.That(
            Mark(FlipSelection.Balanced, CandidateRule.Dense).Edits,
            Is.EqualTo(Mark(FlipSelection.Balanced, CandidateRule.Sampled).Edits)
        );
    }

    [Test]
    public void Protected_pairs_stay([Values] CandidateRule candidates)
    {
        Graph graph = TestGraphs.ErdosRenyi(80, 0.15, "protected");
        FfgOptions options = new()
        {
            Length = 60,
            Budget = 30,
            Candidates = candidates,
        };
        FfgWatermark free = new(options);
        FfgKey key = free.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("protected"));
        FfgEmbedding unprotected = free.Embed(graph, key);
        HashSet<(int, int)> forbidden = [.. unprotected.Edits.Take(10).Select(e => (e.U, e.V))];
        FfgWatermark careful = new(options with { Protected = (u, v) => forbidden.Contains((u, v)) });
        FfgEmbedding result = careful.Embed(graph, key);
        Assert.That(result.Edits, Has.Count.EqualTo(30));
        Assert.That(result.Edits.Where(e => forbidden.Contains((e.U, e.V))), Is.Empty);
        Assert.That(result.Edits.Count(unprotected.Edits.Contains), Is.EqualTo(20), "the others stay the best");
    }

    [Test]
    public void Sampled_candidates_are_distinct_non_edges_and_follow_from_the_secret([Values(100, 2000, 2600, 5000)] int wanted)
    {
        Graph graph = TestGraphs.ErdosRenyi(80, 0.1, "sampled");
        ulong[] edges = [.. graph.Edges().Select(e => PositionPair.Pack(e.U, e.V)).Order()];
        ulong[] Draw()
        {
            using KeyStream stream = new(TestGraphs.Secret("sampled"), "candidates");
            return SampledPairs.Draw(80, edges, wanted, stream, CancellationToken.None);
        }
        ulong[] pairs = Draw();
        Assert.That(pairs, Has.Length.EqualTo(Math.Min(wanted, graph.PairCount - graph.EdgeCount)));
        Assert.That(pairs, Is.Ordered);
        Assert.That(pairs.Distinct().Count(), Is.EqualTo(pairs.Length));
        Assert.That(pairs.Intersect(edges), Is.Empty);
        Assert.That(pairs.Select(PositionPair.Unpack).All(p => p.X < p.Y && p.Y < 80));
        Assert.That(Draw(), Is.EqualTo(pairs));
    }

    [Test]
    public void Sampled_candidates_are_uniform()
    {
        // 16 nodes without edges: 120 pairs; each in a sample of 30 with probability 1/4. 4000 samples, deviation of a count 27.4:
        // the largest of 120 exceeds 5 deviations with probability 7e-5 (Bonferroni).
        int[] counts = new int[256];
        using KeyStream stream = new(TestGraphs.Secret("uniform"), "candidates");
        for (int i = 0; i < 4000; i++)
        {
            foreach (ulong pair in SampledPairs.Draw(16, [], 30, stream, CancellationToken.None))
            {
                (int x, int y) = PositionPair.Unpack(pair);
                counts[(x * 16) + y]++;
            }
        }
        int[] used = [.. counts.Where(c => c > 0)];
        Assert.That(used, Has.Length.EqualTo(120));
        Assert.That(used, Is.All.InRange(1000 - 137, 1000 + 137));
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

    [Test]
    public void Without_phases_flips_come_in_mirrored_twins_and_with_phases_they_do_not()
    {
        Graph graph = RandomGraphs.ErdosRenyi(1000, 0.01, TestGraphs.Stream("mirror"));
        double MirroredShare(bool phases)
        {
            FfgWatermark ffg = new(
                new FfgOptions
                {
                    Mode = FfgMode.PaperThreshold,
                    Carriers = CarrierRule.Random,
                    Phases = phases,
                    Length = 512,
                    Binarisation = Binarisation.Budget,
                    Budget = 200,
                    Candidates = CandidateRule.Dense,
                }
            );
            FfgEmbedding result = ffg.Embed(graph, ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("mirror")));
            HashSet<(int, int)> flips = [.. result.Edits.Select(e => (e.U, e.V))];
            return flips.Count(f => flips.Contains(Mirror(f))) / 200.0;
        }
        // Measured by the prototype of the analysis: 96.5 % and 0 %.
        Assert.That(MirroredShare(phases: false), Is.GreaterThan(0.9));
        Assert.That(MirroredShare(phases: true), Is.LessThan(0.02));

        static (int, int) Mirror((int X, int Y) pair)
        {
            int x = (1000 - pair.X) % 1000;
            int y = (1000 - pair.Y) % 1000;
            return x < y ? (x, y) : (y, x);
        }
    }

    [Test]
    public void A_larger_transform_is_another_scheme_and_is_kept_in_the_key()
    {
        Graph graph = TestGraphs.ErdosRenyi(101, 0.1, "size");
        FfgOptions options = new()
        {
            Length = 64,
            Budget = 40,
            Candidates = CandidateRule.Dense,
        };
        FfgWatermark padded = new(options with { TransformSize = 128 });
        byte[] secret = TestGraphs.Secret("size");
        FfgKey key = padded.GenerateKey(GraphInfo.Of(graph), secret);
        FfgEmbedding result = padded.Embed(graph, key);
        Assert.That(key.TransformSize, Is.EqualTo(128));
        FfgWatermark other = new(options);
        Assert.That(other.Embed(graph, other.GenerateKey(GraphInfo.Of(graph), secret)).Edits, Is.Not.EqualTo(result.Edits));
        Assert.That(other.Detect(result.Graph, graph, key).Similarity, Is.EqualTo(result.PredictedSimilarity).Within(3));
    }

    [Test]
    public void The_threshold_flips_the_pairs_that_cross_one_half_and_about_as_many_as_predicted()
    {
        Graph graph = TestGraphs.ErdosRenyi(200, 0.05, "threshold");
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Carriers = CarrierRule.Random,
                Length = 128,
                FlipRate = 0.006,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("threshold"));
        FfgEmbedding result = ffg.Embed(graph, key);
        KeyMaterial material = KeyMaterial.Of(key, null, 1, new FfgOptions().MemoryLimit, CancellationToken.None);
        double sigma = Strength.Sigma(key.Scheme, key.Graph, material.DeltaDeviation());
        List<(int, int)> expected = [];
        for (int x = 0; x < 200; x++)
        {
            for (int y = x + 1; y < 200; y++)
            {
                double marked = (graph.HasEdge(x, y) ? 1 : 0) + Reference.Delta(material.Carriers, material.Omega, sigma, 200, x, y);
                if (marked >= 0.5 != graph.HasEdge(x, y))
                {
                    expected.Add((x, y));
                }
            }
        }
        Assert.That(result.Edits.Select(e => (e.U, e.V)), Is.EqualTo(expected));
        // Single keys vary by a factor of two (section 6.2).
        Assert.That(expected, Has.Count.InRange(0.4 * 0.006 * graph.PairCount, 2.5 * 0.006 * graph.PairCount));
    }

    [Test]
    public void Top_E_keeps_the_number_of_edges()
    {
        Graph graph = TestGraphs.ErdosRenyi(200, 0.1, "top");
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Length = 200,
                Binarisation = Binarisation.TopE,
                Budget = 120,
            }
        );
        FfgEmbedding result = ffg.Embed(graph, ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("top")));
        Assert.That(result.Graph.EdgeCount, Is.EqualTo(graph.EdgeCount));
        Assert.That(result.Added, Is.EqualTo(result.Removed).And.GreaterThan(0));
        Assert.That(result.Edits, Has.Count.InRange(40, 360), "about the 120 flips asked for");
    }

    [Test]
    public void Stochastic_rounding_flips_about_as_many_as_asked_and_is_found_again()
    {
        Graph graph = TestGraphs.ErdosRenyi(400, 0.05, "stochastic");
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Length = 512,
                Binarisation = Binarisation.Stochastic,
                Budget = 300,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("stochastic"));
        FfgEmbedding result = ffg.Embed(graph, key);
        // Nearly a Poisson number: 5 deviations are 87; the key's own scale adds sqrt(1/1024).
        Assert.That(result.Edits, Has.Count.InRange(200, 400));
        FfgDetection detected = ffg.Detect(result.Graph, graph, key);
        Assert.That(detected.Present);
        Assert.That(detected.Similarity, Is.EqualTo(result.PredictedSimilarity).Within(4));
        Assert.That(ffg.Embed(graph, key).Edits, Is.EqualTo(result.Edits), "the rounding is part of the key");
    }

    [Test]
    public void The_other_insertion_rules_mark_and_are_found([Values(Insertion.Multiplicative, Insertion.Exponential)] Insertion insertion)
    {
        Graph graph = RandomGraphs.ErdosRenyi(400, 0.05, TestGraphs.Stream("insertion"));
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Length = 256,
                Insertion = insertion,
                Binarisation = Binarisation.Budget,
                Budget = 200,
                Candidates = CandidateRule.Dense,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("insertion"));
        FfgEmbedding result = ffg.Embed(graph, key);
        Assert.That(result.Edits, Has.Count.EqualTo(200));
        FfgDetection detected = ffg.Detect(result.Graph, graph, key);
        Assert.That(detected.Similarity, Is.GreaterThan(6));
        FfgKey wrong = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("another"));
        Assert.That(ffg.Detect(result.Graph, graph, wrong).Similarity, Is.InRange(-5, 5));
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
