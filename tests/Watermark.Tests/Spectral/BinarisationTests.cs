using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>The other ways of turning a field into a graph, and of inserting the key.</summary>
public class BinarisationTests
{
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
        // Single keys vary by a factor of two.
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
}
