using System.Numerics;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

public class FfgDetectTests
{
    private static readonly Graph Host = RandomGraphs.BarabasiAlbert(500, 6, TestGraphs.Stream("detect"));
    private static readonly FfgWatermark Ffg = new(
        new FfgOptions
        {
            Length = 256,
            Budget = 120,
            Candidates = CandidateRule.Dense,
        }
    );
    private static readonly FfgKey Key = Ffg.GenerateKey(GraphInfo.Of(Host), TestGraphs.Secret("detect"));
    private static readonly FfgEmbedding Marked = Ffg.Embed(Host, Key);

    [Test]
    public void Extraction_equals_the_transform_of_the_difference()
    {
        FfgDetection detected = Ffg.Detect(Marked.Graph, Host, Key);
        NodePositions positions = NodePositions.Of(Host, Key);
        KeyMaterial material = KeyMaterial.Of(Key, null, 1, new FfgOptions().MemoryLimit, CancellationToken.None);
        double[] difference = new double[500 * 500];
        foreach (EdgeEdit edit in Marked.Edits)
        {
            int x = positions.OfNode[edit.U];
            int y = positions.OfNode[edit.V];
            difference[(x * 500) + y] = difference[(y * 500) + x] = edit.Kind == EditKind.Add ? 1 : -1;
        }
        Complex[] spectrum = new Complex[500 * 251];
        RealFft2D.Forward(difference, 500, 500, spectrum);
        for (int i = 0; i < 256; i++)
        {
            Carrier carrier = material.Carriers[i];
            // F(v, u) = F(u, v), and u is at most half.
            Complex value = spectrum[(carrier.V * 251) + carrier.U] * Complex.FromPolarCoordinates(1, -carrier.Phase);
            Assert.That(detected.Extracted[i], Is.EqualTo(value.Real).Within(1e-9));
        }
        Assert.That(detected.Differences, Is.EqualTo(120));
        Assert.That(detected.Present);
        Assert.That(detected.Blind, Is.False);
        Assert.That(detected.PValue, Is.EqualTo(StandardNormal.UpperTail(detected.Similarity)));
        Assert.That(detected.PValueAmong(1000), Is.EqualTo(1000 * detected.PValue));
    }

    [Test]
    public void Equal_graphs_are_absent_with_p_one()
    {
        FfgDetection detected = Ffg.Detect(Host, Host, Key);
        Assert.That((detected.Present, detected.Similarity, detected.PValue, detected.Differences), Is.EqualTo((false, 0.0, 1.0, 0L)));
        Assert.That(detected.PValueAmong(5), Is.EqualTo(1));
        Assert.That(detected.L2Distance, Is.EqualTo(detected.DistanceThreshold), "at the edge, not below");
    }

    [Test]
    public void The_distance_rule_is_the_similarity_rule()
    {
        RandomStream random = TestGraphs.Stream("rules");
        int present = 0;
        for (int i = 0; i < 1000; i++)
        {
            double[] omega = new double[64];
            random.FillGaussian(omega);
            double signal = 12 * random.NextDouble();
            double[] extracted = [.. omega.Select(w => (signal * w) + (8 * random.NextGaussian()))];
            double sigma = 0.1 + (5 * random.NextDouble());
            FfgDetection verdict = Verdict.Of(extracted, omega, sigma, 6, 10, null, new IdReport(3, 0, 0));
            Assert.That(verdict.Present, Is.EqualTo(verdict.Similarity > 6));
            Assert.That(verdict.L2Distance < verdict.DistanceThreshold, Is.EqualTo(verdict.Present), $"case {i}");
            present += verdict.Present ? 1 : 0;
        }
        Assert.That(present, Is.InRange(100, 900), "both verdicts occur");
    }

    [Test]
    public void A_marked_graph_lies_a_little_nearer_to_the_key_than_an_unmarked_one()
    {
        // A fixed theta such as |w|/2 would never fire.
        Graph graph = RandomGraphs.ErdosRenyi(1000, 0.01, TestGraphs.Stream("relative"));
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Length = 1000,
                FlipRate = StandardNormal.UpperTail(3),
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), TestGraphs.Secret("relative"));
        FfgEmbedding marked = ffg.Embed(graph, key);
        FfgDetection detected = ffg.Detect(marked.Graph, graph, key);
        double keyLength = ffg.Detect(graph, graph, key).L2Distance;
        Assert.That(detected.Present);
        Assert.That(detected.L2Distance / keyLength, Is.InRange(0.96, 0.99), "0.975 by the prototype of the analysis");
        // The same table: similarity 27.4. Single keys vary by a factor of two in their flips.
        Assert.That(marked.Edits, Has.Count.InRange(674 / 2, 674 * 2));
        Assert.That(detected.Similarity, Is.InRange(24.5, 30));
    }

    [Test]
    public void Blind_detection_needs_no_original_and_finds_nothing_in_an_unmarked_graph()
    {
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Length = 512,
                Budget = 250,
                Candidates = CandidateRule.Dense,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(Host), TestGraphs.Secret("blind"));
        FfgEmbedding marked = ffg.Embed(Host, key);
        FfgDetection blind = ffg.Detect(marked.Graph, null, key);
        WatermarkPlanner planner = new(Host.NodeCount, Host.EdgeCount);
        Assert.That(blind.Blind);
        Assert.That(blind.Similarity, Is.EqualTo(planner.BlindScore(250)).Within(4), "z has deviation 1");
        Assert.That(blind.Present);
        Assert.That(blind.L2Distance < blind.DistanceThreshold);
        Assert.That(blind.Differences, Is.EqualTo(marked.Graph.EdgeCount));
        Assert.That(ffg.Detect(Host, null, key).Similarity, Is.InRange(-4.5, 4.5));
    }

    [Test]
    public void Nodes_are_aligned_by_id_and_those_missing_are_reported()
    {
        Graph named = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 500).Select(i => $"v{i:000}")));
        FfgKey key = Ffg.GenerateKey(GraphInfo.Of(named), TestGraphs.Secret("ids"));
        Graph marked = Ffg.Embed(named, key).Graph;
        // A crop of 300 nodes, in another order, with 20 strangers.
        int[] kept = TestGraphs.Stream("crop").Sample(500, 300);
        Graph crop = marked.InducedSubgraph(kept);
        Graph suspect = Graph.FromEdges(
            320,
            [.. crop.Edges(), .. Enumerable.Range(300, 19).Select(i => (i, i + 1)), (0, 300)],
            NodeIds.Of(crop.ExternalIds!.Concat(Enumerable.Range(0, 20).Select(i => $"stranger{i}")))
        );
        FfgDetection detected = Ffg.Detect(suspect, named, key);
        Assert.That(detected.Ids, Is.EqualTo(new IdReport(300, 200, 20)));
        Assert.That(detected.Ids.Complete, Is.False);
        int left = Graph.SymmetricDifference(named.InducedSubgraph(kept), crop).Length;
        Assert.That(detected.Differences, Is.EqualTo(left), "only pairs of common nodes count");
        double predicted = new WatermarkPlanner(500, Host.EdgeCount) { Length = 256 }
            .NodeDeletion(120, 0.4)
            .Similarity;
        Assert.That(detected.Similarity, Is.EqualTo(predicted).Within(4));
    }

    [Test]
    public void Too_few_common_ids_are_an_error_with_the_counts()
    {
        Graph named = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 500).Select(i => $"v{i:000}")));
        FfgKey key = Ffg.GenerateKey(GraphInfo.Of(named), TestGraphs.Secret("ids"));
        Graph other = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 500).Select(i => i < 49 ? $"v{i:000}" : $"w{i:000}")));
        IdMismatchException error = Assert.Throws<IdMismatchException>(() => Ffg.Detect(other, named, key))!;
        Assert.That(error.Report, Is.EqualTo(new IdReport(49, 451, 451)));
        Assert.That(error.Code, Is.EqualTo("RK6503"));
        Assert.That(error.Message, Does.Contain("49").And.Contain("451"));
        Graph enough = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 500).Select(i => i < 50 ? $"v{i:000}" : $"w{i:000}")));
        Assert.That(() => Ffg.Detect(enough, named, key), Throws.Nothing);
    }
}
