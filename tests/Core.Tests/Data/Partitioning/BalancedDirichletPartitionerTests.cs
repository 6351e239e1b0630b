using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Partitioning;

[TestFixture]
public sealed class BalancedDirichletPartitionerTests
{
    [Test]
    public void TheOfficialAllocationFollowsFromItsDraws()
    {
        using JsonDocument golden = GoldenFiles.Json("fens", "dirichlet_partition.json");
        foreach (JsonElement test in golden.RootElement.EnumerateArray())
        {
            JsonElement[] attempt = [.. test.GetProperty("accepted_attempt").EnumerateArray()];
            List<int>[]? dealt = BalancedDirichletPartitioner.Allocate(
                [.. attempt.Select(static k => Ints(k.GetProperty("class_order")))],
                test.GetProperty("N").GetInt32(),
                test.GetProperty("clients").GetInt32(),
                k => [.. attempt[k].GetProperty("dirichlet").EnumerateArray().Select(static share => share.GetDouble())]
            );
            Assert.That(dealt!.Select(static rows => rows.Count), Is.EqualTo(Ints(test.GetProperty("sizes"))));
            Assert.That(
                dealt!.Select(static rows => rows.Order().ToArray()),
                Is.EqualTo(test.GetProperty("members_sorted").EnumerateArray().Select(Ints))
            );
        }
    }

    [TestCase("0.05")]
    [TestCase("0.1")]
    [TestCase("0.3")]
    [TestCase("1.0")]
    public void StatisticsLieInTheBandsOfTheOfficialPartitioner(string alpha)
    {
        using JsonDocument golden = GoldenFiles.Json("fens", "dirichlet_statistics.json");
        JsonElement band = golden.RootElement.GetProperty("by_alpha").GetProperty($"{alpha}/official");
        int[] labels = [.. Enumerable.Range(0, 50_000).Select(static row => row % 10)];
        var partitioner = new BalancedDirichletPartitioner(double.Parse(alpha, System.Globalization.CultureInfo.InvariantCulture));
        var found = new Dictionary<string, List<double>>
        {
            ["attempts"] = [],
            ["max_share"] = [],
            ["classes_per_client"] = [],
            ["size_cv"] = [],
            ["min_size"] = [],
        };
        for (int seed = 0; seed < 20; seed++)
        {
            Partition partition = partitioner.Divide(labels, 10, 20, RandomStream.Named("bands", alpha, $"{seed}"));
            int[][] counts = partition.ClassCounts(labels, 10);
            double[] sizes = [.. partition.Sizes().Select(static size => (double)size)];
            double mean = sizes.Average();
            found["attempts"].Add(partition.Attempts);
            found["max_share"].Add(counts.Average(static own => (double)own.Max() / own.Sum()));
            found["classes_per_client"].Add(counts.Average(static own => own.Count(static count => count > 0)));
            found["size_cv"].Add(Math.Sqrt(sizes.Average(size => (size - mean) * (size - mean))) / mean);
            found["min_size"].Add(sizes.Min());
        }

        // Two means of 20 seeds each; from the 5 % and 95 % points sd = (p95 - p05) / 3.3, so their difference has an sd of sqrt(2 / 20) of it.
        // Five of these: false alarm 6e-7 each for a normal mean, more for skewed ones; no band at all for attempts that are all 1.
        foreach ((string name, List<double> values) in found)
        {
            JsonElement statistic = band.GetProperty(name);
            double sd = (statistic.GetProperty("p95").GetDouble() - statistic.GetProperty("p05").GetDouble()) / 3.3;
            double tolerance = Math.Max(5 * sd * Math.Sqrt(2.0 / 20), name == "attempts" ? 0.2 : 0);
            Assert.That(values.Average(), Is.EqualTo(statistic.GetProperty("mean").GetDouble()).Within(tolerance), name);
        }
    }

    [Test]
    public void NoClientIsSmallerThanTheMinimumAndEachListIsShuffled()
    {
        int[] labels = [.. Enumerable.Range(0, 3_000).Select(static row => row % 10)];
        Partition partition = new BalancedDirichletPartitioner(0.1).Divide(labels, 10, 20, RandomStream.Named("minimum"));
        Assert.That(partition.Sizes().Min(), Is.GreaterThanOrEqualTo(10));
        Partition larger = new BalancedDirichletPartitioner(0.1) { MinimumSize = 40 }.Divide(labels, 10, 20, RandomStream.Named("minimum"));
        Assert.That(larger.Sizes().Min(), Is.GreaterThanOrEqualTo(40));
        Assert.That(larger.Attempts, Is.GreaterThan(1));
        int[] changes =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(client =>
                    partition
                        .RowsOf(client)
                        .ToArray()
                        .Zip(partition.RowsOf(client)[1..].ToArray())
                        .Count(pair => labels[pair.First] != labels[pair.Second])
                ),
        ];
        Assert.That(changes.Sum(), Is.GreaterThan(20 * 10)); // a list in the order of the classes would change at most nine times
    }

    [Test]
    public void GivingUpNamesTheAttemptsAndTheSmallestClient()
    {
        int[] labels = [.. Enumerable.Range(0, 1_000).Select(static row => row % 10)];
        var error = Assert.Throws<PartitionException>(() =>
            new BalancedDirichletPartitioner(0.01) { MaxAttempts = 30 }.Divide(labels, 10, 50, RandomStream.Named("x"))
        );
        Assert.That(error!.Attempts, Is.EqualTo(30));
        Assert.That(error.SmallestSize, Is.InRange(0, 9));
        Assert.That(error.Message, Does.Contain("30 attempts"));
        Assert.That(
            () => new BalancedDirichletPartitioner(1).Divide(labels, 10, 200, RandomStream.Named("x")),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            () => new BalancedDirichletPartitioner(1).Divide(labels, 10, 20, RandomStream.Named("x"), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void AlphaIsPositiveAndFinite(double alpha) =>
        Assert.That(() => new BalancedDirichletPartitioner(alpha), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void AnAttemptWithoutAnyShareIsAbandoned()
    {
        // Both clients hold half of the rows after the first class and may get nothing of the second.
        List<int>[]? dealt = BalancedDirichletPartitioner.Allocate(
            [
                [0, 1],
                [],
            ],
            2,
            2,
            static _ => [0.5, 0.5]
        );
        Assert.That(dealt, Is.Null);
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(static value => value.GetInt32())];
}
