using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using ResearchKit.Papers.Proximity;
using ResearchKit.Rag;

namespace ResearchKit.Experiments.Tests.Proximity;

/// <summary>The tables of an independent prototype, with its own orders of the queries.</summary>
public class ProximityTablesTests
{
    private static readonly int[] Capacities = [10, 50, 100, 200, 300];

    [Test]
    public async Task Mmlu_hit_rates_and_overlaps_are_those_of_the_prototype()
    {
        int[][] orders = Orders("n476");
        ProximityWorkload workload = await ProximityWorkload.LoadMmluAsync(
            GoldenFiles.Data("rag-mmlu"),
            GoldenFiles.Data("rag-squad"),
            GoldenFiles.Data("rag-pubmed"),
            5,
            2,
            default
        );
        (float Tolerance, double[] Hits, double[] Overlaps)[] table =
        [
            (0.3f, [.025, .097, .183, .324, .373], [.994, .971, .944, .903, .889]),
            (0.6f, [.056, .282, .560, .700, .700], [.981, .889, .787, .734, .734]),
            (1.5f, [.933, .933, .933, .933, .933], [.163, .234, .234, .234, .234]),
        ];
        foreach ((float tolerance, double[] hits, double[] overlaps) in table)
        {
            for (int c = 0; c < Capacities.Length; c++)
            {
                ReplayOutcome outcome = Mean(workload, orders, tolerance, Capacities[c], 32, 5);
                Assert.That(outcome.HitRate, Is.EqualTo(hits[c]).Within(0.01), $"hits at c = {Capacities[c]}, tau = {tolerance}");
                Assert.That(outcome.Overlap, Is.EqualTo(overlaps[c]).Within(0.01), $"overlap at c = {Capacities[c]}, tau = {tolerance}");
            }
        }
    }

    [Test]
    public async Task PubMed_hit_rates_overlaps_and_evidence_are_those_of_the_prototype()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "proximity_orders.json");
        string[] ids = [.. golden.RootElement.GetProperty("medrag_question_ids").EnumerateArray().Select(i => i.GetString()!)];
        int[][] orders = Orders("n800");
        ProximityWorkload workload = await ProximityWorkload.LoadPubMedAsync(
            GoldenFiles.Data("rag-pubmed"),
            ids,
            RandomStream.Named("unused"),
            200,
            10,
            2,
            default
        );
        float[] tolerances = [.4f, .6f, .8f, 1, 1.2f, 1.5f];
        (int Capacity, int Batch, double[][] Cells)[] table =
        [
            (
                10,
                1,
                [
                    [.003, .999, .916],
                    [.013, .995, .916],
                    [.081, .940, .877],
                    [.242, .792, .742],
                    [.617, .423, .392],
                    [.999, .041, .010],
                ]
            ),
            (
                100,
                1,
                [
                    [.019, .995, .916],
                    [.114, .959, .915],
                    [.342, .810, .845],
                    [.555, .647, .747],
                    [.746, .420, .502],
                    [.999, .041, .010],
                ]
            ),
            (
                200,
                1,
                [
                    [.033, .991, .916],
                    [.212, .923, .916],
                    [.596, .693, .838],
                    [.750, .592, .815],
                    [.758, .450, .577],
                    [.999, .041, .010],
                ]
            ),
            (
                300,
                1,
                [
                    [.048, .987, .916],
                    [.280, .900, .916],
                    [.677, .655, .827],
                    [.750, .592, .815],
                    [.758, .450, .577],
                    [.999, .041, .010],
                ]
            ),
            (
                200,
                32,
                [
                    [.030, .992, .916],
                    [.206, .924, .916],
                    [.580, .700, .837],
                    [.733, .594, .772],
                    [.752, .461, .570],
                    [.960, .128, .134],
                ]
            ),
        ];
        foreach ((int capacity, int batch, double[][] cells) in table)
        {
            for (int t = 0; t < tolerances.Length; t++)
            {
                ReplayOutcome outcome = Mean(workload, orders, tolerances[t], capacity, batch, 10);
                Assert.That(
                    new[] { outcome.HitRate, outcome.Overlap, outcome.Gold },
                    Is.EqualTo(cells[t]).Within(0.015),
                    $"c = {capacity}, batch {batch}, tau = {tolerances[t]}"
                );
            }
        }
    }

    private static ReplayOutcome Mean(ProximityWorkload workload, int[][] orders, float tolerance, int capacity, int batch, int k)
    {
        ReplayOutcome[] outcomes =
        [
            .. orders.Select(order =>
            {
                FlatProximityCache<int> cache = new(
                    new ProximityCacheOptions
                    {
                        Dimension = 768,
                        Tolerance = tolerance,
                        Capacity = capacity,
                    }
                );
                return CacheReplay.Score(workload, order, CacheReplay.Run(cache, workload.Vectors, order, batch, default), k);
            }),
        ];
        return new ReplayOutcome(outcomes.Average(o => o.HitRate), outcomes.Average(o => o.Overlap), outcomes.Average(o => o.Gold));
    }

    private static int[][] Orders(string prefix)
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "proximity_orders.json");
        return
        [
            .. Enumerable
                .Range(42, 3)
                .Select(seed =>
                    golden
                        .RootElement.GetProperty("orders")
                        .GetProperty($"{prefix}_seed{seed}")
                        .EnumerateArray()
                        .Select(i => i.GetInt32())
                        .ToArray()
                ),
        ];
    }
}
