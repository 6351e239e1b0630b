using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Moe.Tests;

public class PlacementTests
{
    [Test]
    public void Eplb_places_as_its_authors_program()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "eplb.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int layer = 0;
            foreach (JsonElement weights in c.GetProperty("weight").EnumerateArray())
            {
                ReplicaTable table = EplbPlacement.Balance(
                    [.. weights.EnumerateArray().Select(v => v.GetDouble())],
                    c.GetProperty("replicas").GetInt32(),
                    c.GetProperty("groups").GetInt32(),
                    c.GetProperty("nodes").GetInt32(),
                    c.GetProperty("gpus").GetInt32()
                );
                string which = $"case {c.GetProperty("id")}, layer {layer}";
                Assert.That(table.ExpertOfSlot, Is.EqualTo(Ints(c.GetProperty("physicalToLogical")[layer])), which);
                Assert.That(table.Copies, Is.EqualTo(Ints(c.GetProperty("replicaCount")[layer])), which);
                Assert.That(
                    table.SlotsOfExpert,
                    Is.EqualTo(c.GetProperty("logicalToPhysical")[layer].EnumerateArray().Select(slots => Ints(slots).Where(s => s >= 0))),
                    which
                );
                layer++;
            }
        }
    }

    [Test]
    public void Copies_follow_the_load()
    {
        // Worked out by hand: the largest load per copy is replicated, 90 then 45 = 45 (the first), so expert 0 has three copies.
        ReplicaTable table = EplbPlacement.Balance([90, 20, 10, 29], 6, 1, 1, 2);
        Assert.That(table.Copies, Is.EqualTo(new[] { 3, 1, 1, 1 }));
        Assert.That(table.ToPlacement(2).RanksOf(0).ToArray(), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(() => EplbPlacement.Balance([1, 2, 3], 4, 1, 1, 3), Throws.ArgumentException);
    }

    [Test]
    public void Contiguous_and_round_robin_hold_every_expert_once()
    {
        Assert.That(
            ExpertPlacement.Contiguous(3, 8).ExpertsOf(0).ToArray(),
            Is.EqualTo(new[] { 0, 1, 2 }),
            "the first ranks take the remainder"
        );
        Assert.That(ExpertPlacement.Contiguous(3, 8).ExpertsOf(2).ToArray(), Is.EqualTo(new[] { 6, 7 }));
        Assert.That(ExpertPlacement.RoundRobin(3, 8).ExpertsOf(2).ToArray(), Is.EqualTo(new[] { 2, 5 }));
    }

    [Test]
    public void A_placement_that_misses_or_repeats_an_expert_is_refused_with_a_list() =>
        Assert.That(
            () =>
                ExpertPlacement.Of(
                    [
                        [0, 1],
                        [1, 9],
                    ],
                    4
                ),
            Throws.ArgumentException.With.Message.Contains("missing 2, 3; repeated 1; unknown 9")
        );

    [TestCase(4, 2, 3, TestName = "ExFlow finds the hidden chains exactly")]
    [TestCase(32, 4, 6, TestName = "ExFlow finds the hidden chains by the greedy search")]
    public void ExFlow_finds_hidden_chains(int experts, int ranks, int layers)
    {
        // Tokens stay in their group of experts (a random one in each layer) in 90 of 100 steps.
        RandomStream stream = RandomStream.Named("chains");
        int[][] order = [.. Enumerable.Range(0, layers).Select(_ => stream.Permutation(experts))];
        int perRank = experts / ranks;
        int[] paths = new int[4000 * layers];
        for (int token = 0; token < 4000; token++)
        {
            int group = stream.NextInt(ranks);
            for (int layer = 0; layer < layers; layer++)
            {
                group = stream.NextDouble() < 0.9 ? group : stream.NextInt(ranks);
                paths[(token * layers) + layer] = order[layer][(group * perRank) + stream.NextInt(perRank)];
            }
        }

        ExpertAffinity affinity = ExpertAffinity.OfPaths(experts, layers, paths);
        PlacementRequest request = new(ranks, experts, layers) { Affinity = affinity };
        IReadOnlyList<ExpertPlacement> found = new ExFlowPlacement().Place(request);
        double contiguous = affinity.ChangedShare(new ContiguousPlacement().Place(request));
        double hidden = 0.1 * (ranks - 1) / ranks;
        Assert.That(affinity.ChangedShare(found), Is.EqualTo(hidden).Within(0.01));
        Assert.That(contiguous, Is.GreaterThan(3 * hidden));
        Assert.That(found.Select(p => Enumerable.Range(0, ranks).Max(r => p.ExpertsOf(r).Length)), Is.All.EqualTo(perRank));
        Assert.That(
            affinity.ChangedShare(new ExFlowPlacement().Place(request)),
            Is.EqualTo(affinity.ChangedShare(found)),
            "the same again"
        );
    }

    [Test]
    public void Requests_without_what_is_needed_are_refused()
    {
        Assert.That(() => new ExFlowPlacement().Place(new(2, 4, 3)), Throws.ArgumentException.With.Message.Contains("Affinity"));
        Assert.That(() => new EplbPlacement().Place(new(2, 4, 3)), Throws.ArgumentException.With.Message.Contains("Loads"));
        Assert.That(() => ExpertAffinity.OfPaths(4, 2, [0, 1, 2]), Throws.ArgumentException);
        Assert.That(() => ExpertAffinity.OfPaths(4, 2, [0, 4]), Throws.ArgumentException.With.Message.Contains("expert 4 in layer 1"));
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];
}
