using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Partitioning;

[TestFixture]
public sealed class LocalTestShardsTests
{
    [Test]
    public void CountsAreThoseOfTheOfficialCode()
    {
        using JsonDocument golden = GoldenFiles.Json("fens", "local_testset_counts.json");
        foreach (JsonElement test in golden.RootElement.EnumerateArray())
        {
            int[][] train = Rows(test.GetProperty("label_counts"));
            int[] labels = [.. test.GetProperty("test_labels").EnumerateArray().Select(static value => value.GetInt32())];
            int[][] expected = Rows(test.GetProperty("counts_per_client_class"));
            int[] testCounts = [.. Enumerable.Range(0, train[0].Length).Select(k => labels.Count(label => label == k))];
            Assert.That(LocalTestShards.Counts(train, testCounts), Is.EqualTo(expected));
            Partition partition = LocalTestShards.Divide(train, labels, RandomStream.Named("shards"));
            Assert.That(partition.ClassCounts(labels, train[0].Length), Is.EqualTo(expected));
            Assert.That(partition.AssignedCount, Is.EqualTo(labels.Length));
        }
    }

    [Test]
    public void AClassNobodyTrainsOnIsLeftOut()
    {
        Assert.That(
            LocalTestShards.Counts(
                [
                    [0, 3],
                    [0, 0],
                ],
                [5, 4]
            ),
            Is.EqualTo(new int[][] { [0, 4], [0, 0] })
        );
        Assert.That(
            () =>
                LocalTestShards.Counts(
                    [
                        [1],
                    ],
                    [1, 2]
                ),
            Throws.ArgumentException
        );
        Assert.That(
            () =>
                LocalTestShards.Counts(
                    [
                        [-1],
                    ],
                    [1]
                ),
            Throws.ArgumentException
        );
    }

    private static int[][] Rows(JsonElement table) =>
        [.. table.EnumerateArray().Select(static row => row.EnumerateArray().Select(static value => value.GetInt32()).ToArray())];
}
