using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Flips that leave degrees or connections as they are.</summary>
public class PreserveTests
{
    [Test]
    public void Degrees_stay_and_the_mark_is_found([Values] CandidateRule candidates)
    {
        Graph graph = RandomGraphs.BarabasiAlbert(800, 6, TestGraphs.Stream("degrees"));
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Budget = 120,
                Preserve = Preserve.Degrees,
                Candidates = candidates,
            }
        );
        FfgKey key = ffg.GenerateKey(graph, TestGraphs.Secret("degrees"));
        FfgEmbedding result = ffg.Embed(graph, key);
        Assert.That((result.Edits.Count, result.Added), Is.EqualTo((120, 60)));
        Assert.That(result.Graph.Degrees(), Is.EqualTo(graph.Degrees()));
        FfgDetection found = ffg.Detect(result.Graph, graph, key);
        TestContext.Out.WriteLine($"similarity {found.Similarity:0.0}, predicted {result.PredictedSimilarity:0.0}");
        Assert.That(found.Similarity, Is.EqualTo(result.PredictedSimilarity).Within(4).And.GreaterThan(6));
        FfgWatermark free = new(new FfgOptions { Budget = 120, Candidates = candidates });
        double best = free.Embed(graph, free.GenerateKey(graph, TestGraphs.Secret("degrees"))).PredictedSimilarity;
        Assert.That(result.PredictedSimilarity, Is.LessThan(best), "keeping degrees has a price");
    }

    [Test]
    public void Switches_keep_degrees_on_any_graph()
    {
        Gen.Select(Gen.Int[8, 40], Gen.Double[0.1, 0.5], Gen.Int[0, 1_000_000])
            .Sample(
                (nodes, p, seed) =>
                {
                    Graph graph = TestGraphs.ErdosRenyi(nodes, p, $"{seed}");
                    FfgWatermark ffg = new(
                        new FfgOptions
                        {
                            Length = 16,
                            Budget = 4,
                            Preserve = Preserve.Degrees,
                        }
                    );
                    FfgKey key = ffg.GenerateKey(graph, TestGraphs.Secret($"{seed}"));
                    try
                    {
                        return ffg.Embed(graph, key).Graph.Degrees().SequenceEqual(graph.Degrees());
                    }
                    catch (ArgumentException e)
                    {
                        return e.Message.Contains("only 0", StringComparison.Ordinal);
                    }
                },
                iter: 150
            );
    }

    [Test]
    public void What_is_connected_stays_connected([Values] CandidateRule candidates)
    {
        // Nearly a tree: almost every removal would part something.
        Graph graph = RandomGraphs.BarabasiAlbert(300, 1, TestGraphs.Stream("tree"));
        Graph host = RandomPairFlips.OfCount(60).Apply(graph, TestGraphs.Stream("tree", "extra")).Graph;
        FfgOptions options = new()
        {
            Length = 64,
            Budget = 80,
            Selection = FlipSelection.Balanced,
            Candidates = candidates,
        };
        FfgWatermark careless = new(options with { Budget = 20 });
        FfgWatermark careful = new(options with { Preserve = Preserve.Connectivity, Budget = 20 });
        byte[] secret = TestGraphs.Secret("tree");
        FfgEmbedding torn = careless.Embed(host, careless.GenerateKey(host, secret));
        FfgEmbedding kept = careful.Embed(host, careful.GenerateKey(host, secret));
        int[] before = ConnectedComponents.Of(host).ComponentOf.ToArray();
        Assert.That(Parted(torn.Graph.ApplyEdits(Undo(torn, EditKind.Add)), before), Is.True, "the removals alone tear the graph");
        Assert.That(Parted(kept.Graph.ApplyEdits(Undo(kept, EditKind.Add)), before), Is.False, "even without the additions");
        Assert.That((kept.Edits.Count, kept.Removed), Is.EqualTo((20, 10)));
    }

    [Test]
    public void Parting_removals_are_those_that_become_bridges()
    {
        // A triangle with a tail: of two triangle edges only the first can go, the tail cannot.
        Graph graph = Graph.FromEdges(4, [(0, 1), (0, 2), (1, 2), (2, 3)]);
        Assert.That(PartingRemovals.Of(graph, [(0, 1), (2, 3), (0, 2)], CancellationToken.None), Is.EqualTo(new[] { (2, 3), (0, 2) }));
    }

    [Test]
    public void Protected_pairs_stay_in_switches_too()
    {
        Graph graph = RandomGraphs.BarabasiAlbert(300, 5, TestGraphs.Stream("protected"));
        FfgOptions options = new()
        {
            Length = 64,
            Budget = 40,
            Preserve = Preserve.Degrees,
        };
        FfgWatermark free = new(options);
        FfgKey key = free.GenerateKey(graph, TestGraphs.Secret("protected"));
        HashSet<(int, int)> forbidden = [.. free.Embed(graph, key).Edits.Take(12).Select(e => (e.U, e.V))];
        FfgEmbedding result = new FfgWatermark(options with { Protected = (u, v) => forbidden.Contains((u, v)) }).Embed(graph, key);
        Assert.That(result.Edits.Any(e => forbidden.Contains((e.U, e.V))), Is.False);
        Assert.That(result.Graph.Degrees(), Is.EqualTo(graph.Degrees()));
    }

    [Test]
    public void Options_that_do_not_fit_are_refused()
    {
        Assert.That(
            () => new FfgWatermark(new FfgOptions { Preserve = Preserve.Degrees, Budget = 6 }),
            Throws.ArgumentException.With.Message.Contains("multiple of 4")
        );
        Assert.That(
            () => new FfgWatermark(new FfgOptions { Preserve = Preserve.Degrees, Selection = FlipSelection.AdditionsOnly }),
            Throws.ArgumentException.With.Message.Contains("Selection")
        );
        Assert.That(
            () => new FfgWatermark(new FfgOptions { Mode = FfgMode.PaperThreshold, Preserve = Preserve.Connectivity }),
            Throws.ArgumentException.With.Message.Contains("Binarisation Budget")
        );
        Graph graph = TestGraphs.ErdosRenyi(60, 0.2, "default");
        FfgKey key = new FfgWatermark(new FfgOptions { Length = 20, Preserve = Preserve.Degrees }).GenerateKey(
            graph,
            TestGraphs.Secret("x")
        );
        Assert.That(key.Scheme.Budget, Is.EqualTo(4), "the default is rounded to whole switches");
    }

    private static EdgeEdit[] Undo(FfgEmbedding marked, EditKind kind) =>
        [.. marked.Edits.Where(e => e.Kind == kind).Select(e => e.Inverse)];

    private static bool Parted(Graph graph, int[] before)
    {
        int[] after = ConnectedComponents.Of(graph).ComponentOf.ToArray();
        return before.Zip(after).Distinct().Count() > before.Distinct().Count();
    }
}
