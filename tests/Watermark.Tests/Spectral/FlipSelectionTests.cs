using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Kinds of flips, protected pairs and sampled candidates.</summary>
public class FlipSelectionTests
{
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
}
