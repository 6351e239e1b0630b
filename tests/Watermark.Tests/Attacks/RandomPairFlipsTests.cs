using CsCheck;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Attacks;

public class RandomPairFlipsTests
{
    [Test]
    public void Exactly_so_many_distinct_pairs_are_flipped()
    {
        Gen.Select(Gen.Int[2, 40], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 1_000_000])
            .Sample(
                (nodes, p, share, seed) =>
                {
                    Graph graph = TestGraphs.ErdosRenyi(nodes, p, $"{seed}");
                    long count = (long)(share * graph.PairCount);
                    AttackResult result = RandomPairFlips.OfCount(count).Apply(graph, TestGraphs.Stream("flips", $"{seed}"));
                    return result.Edits.Count == count
                        && result.Edits.Select(e => (e.U, e.V)).Distinct().Count() == count
                        && result.Edits.All(e => e.U < e.V && e.Kind == (graph.HasEdge(e.U, e.V) ? EditKind.Remove : EditKind.Add))
                        && Graph.SymmetricDifference(graph, result.Graph).SequenceEqual(result.Edits);
                },
                iter: 300
            );
    }

    [Test]
    public void The_same_stream_gives_the_same_attack_and_another_another()
    {
        Graph graph = TestGraphs.ErdosRenyi(100, 0.1, "seeds");
        RandomPairFlips attack = RandomPairFlips.OfCount(50);
        IReadOnlyList<EdgeEdit> first = attack.Apply(graph, TestGraphs.Stream("a")).Edits;
        Assert.That(attack.Apply(graph, TestGraphs.Stream("a")).Edits, Is.EqualTo(first));
        Assert.That(attack.Apply(graph, TestGraphs.Stream("b")).Edits, Is.Not.EqualTo(first));
    }

    [TestCase(0.0, 0)]
    [TestCase(0.001, 5)]
    [TestCase(0.5, 2475)]
    [TestCase(1.0, 4950)]
    public void A_rate_is_a_share_of_all_pairs_rounded_up(double rate, int expected) =>
        Assert.That(
            RandomPairFlips.OfRate(rate).Apply(TestGraphs.ErdosRenyi(100, 0.1, "rate"), TestGraphs.Stream("rate")).Edits,
            Has.Count.EqualTo(expected)
        );

    [Test]
    public void Pairs_are_uniform()
    {
        // 45 pairs, 4 flips, 4500 times: 400 a pair with deviation 19.1; the largest of 45 beyond 5 deviations: p < 3e-5.
        int[] counts = new int[100];
        Graph empty = Graph.FromEdges(10, []);
        for (int i = 0; i < 4500; i++)
        {
            foreach (EdgeEdit edit in RandomPairFlips.OfCount(4).Apply(empty, TestGraphs.Stream("uniform", $"{i}")).Edits)
            {
                counts[(edit.U * 10) + edit.V]++;
            }
        }
        Assert.That(counts.Where(c => c > 0).ToArray(), Has.Length.EqualTo(45).And.All.InRange(400 - 96, 400 + 96));
    }

    [Test]
    public void More_flips_than_pairs_are_refused()
    {
        Assert.That(
            () => RandomPairFlips.OfCount(46).Apply(Graph.FromEdges(10, []), TestGraphs.Stream("more")),
            Throws.ArgumentException.With.Message.Contains("46").And.Message.Contains("45")
        );
        Assert.That(() => RandomPairFlips.OfCount(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => RandomPairFlips.OfRate(1.1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0..1"));
        Assert.That(() => RandomPairFlips.OfRate(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
