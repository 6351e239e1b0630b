using CsCheck;
using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Partitioning;

[TestFixture]
public sealed class PartitionersTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 1_000).Select(static row => row * row % 10)];

    private static readonly IPartitioner[] All =
    [
        new IidPartitioner(),
        new ShardPartitioner(),
        new ClassesPerClientPartitioner(),
        new QuantityPartitioner(0.5),
        new BalancedDirichletPartitioner(0.5),
        new DirichletPartitioner(0.5) { EmptyClients = EmptyClients.SkipNode },
        new NaturalPartitioner([.. Enumerable.Range(0, 1_000).Select(static row => $"writer-{row / 13}")]),
        new FixedPartitioner([.. Enumerable.Range(0, 1_000).Select(static row => row % 10)]),
    ];

    [TestCaseSource(nameof(All))]
    public void APartitionIsAPartitionAndSeeded(IPartitioner partitioner)
    {
        Partition partition = partitioner.Divide(Labels, 10, 10, RandomStream.Named("partition"));
        Assert.That(
            Enumerable.Range(0, 10).SelectMany(client => partition.RowsOf(client).ToArray()).Order(),
            Is.EqualTo(Enumerable.Range(0, 1_000))
        );
        Assert.That((partition.ClientCount, partition.RowCount, partition.AssignedCount), Is.EqualTo((10, 1_000, 1_000)));
        Partition again = partitioner.Divide(Labels, 10, 10, RandomStream.Named("partition"));
        for (int client = 0; client < 10; client++)
            Assert.That(again.RowsOf(client).ToArray(), Is.EqualTo(partition.RowsOf(client).ToArray()));
        Assert.That(partition.ClassCounts(Labels, 10).Sum(static counts => counts.Sum()), Is.EqualTo(1_000));
    }

    [TestCaseSource(nameof(All))]
    public void BadRequestsAreRefused(IPartitioner partitioner)
    {
        RandomStream stream = RandomStream.Named("partition");
        Assert.Multiple(() =>
        {
            Assert.That(() => partitioner.Divide(Labels, 10, 0, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => partitioner.Divide(Labels, 10, 1_001, stream),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1001")
            );
            Assert.That(() => partitioner.Divide(Labels, 10, 5, null!), Throws.ArgumentNullException);
            Assert.That(() => partitioner.Divide([], 10, 1, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void NamesAreDifferent() => Assert.That(All.Select(static partitioner => partitioner.Name), Is.Unique);

    [Test]
    public void AnyRequestGivesAPartitionOrAClearError() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 6].Array[1, 120], Gen.Int[1, 15], Gen.Int[0, 1_000_000])
            .Sample(
                (kind, labels, clients, seed) =>
                {
                    IPartitioner partitioner = kind switch
                    {
                        0 => new IidPartitioner(),
                        1 => new ShardPartitioner(1 + seed % 3),
                        2 => new ClassesPerClientPartitioner(1 + seed % 4),
                        3 => new QuantityPartitioner(0.01 + seed % 10) { MaxAttempts = 20 },
                        4 => new BalancedDirichletPartitioner(0.01 + seed % 3) { MaxAttempts = 20, MinimumSize = seed % 4 },
                        5 => new DirichletPartitioner(0.01 + seed % 3) { MaxAttempts = 20, EmptyClients = (EmptyClients)(seed % 3) },
                        6 => new NaturalPartitioner([.. labels.Select(label => $"{label % 5}")]),
                        _ => new FixedPartitioner([.. labels.Select(static label => label - 1)]),
                    };
                    try
                    {
                        Partition partition = partitioner.Divide(labels, 7, clients, RandomStream.Named("any", $"{seed}"));
                        int expected = kind == 7 ? labels.Count(static label => label > 0) : labels.Length;
                        Assert.That(partition.AssignedCount, Is.EqualTo(expected));
                        Assert.That(partition.Sizes().Sum(), Is.EqualTo(expected));
                    }
                    catch (Exception e) when (e is ArgumentException or PartitionException)
                    {
                        Assert.That(e.Message, Is.Not.Empty);
                    }
                },
                iter: 2_000
            );

    [Test]
    public void BlocksAreFlooredAndTheLastTakesTheRestAndShardsAreEven()
    {
        Assert.That(
            new IidPartitioner().Divide(Labels, 10, 7, RandomStream.Named("x")).Sizes(),
            Is.EqualTo(new[] { 142, 142, 142, 142, 142, 142, 148 })
        );
        Partition shards = new ShardPartitioner(2).Divide(Labels, 10, 7, RandomStream.Named("x"));
        Assert.That(shards.Sizes(), Has.All.InRange(142, 144)); // shards of 71 and 72
        int[][] counts = shards.ClassCounts(Labels, 10);
        Assert.That(counts.Max(static own => own.Count(static count => count > 0)), Is.LessThanOrEqualTo(4));
        Assert.That(
            () => new ShardPartitioner(200).Divide(Labels, 10, 7, RandomStream.Named("x")),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        Assert.That(() => new ShardPartitioner(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void EachClientHasExactlyItsNumberOfClasses()
    {
        int[] labels = [.. Enumerable.Range(0, 1_003).Select(static row => row % 10)];
        for (int c = 1; c <= 10; c++)
        {
            Partition partition = new ClassesPerClientPartitioner(c).Divide(labels, 12, 13, RandomStream.Named("classes", $"{c}"));
            int[][] counts = partition.ClassCounts(labels, 12);
            Assert.That(counts.Select(static own => own.Count(static count => count > 0)), Is.All.EqualTo(c));
            int[] holders = [.. Enumerable.Range(0, 10).Select(k => counts.Count(own => own[k] > 0))];
            Assert.That(holders.Max() - holders.Min(), Is.LessThanOrEqualTo(1));
            for (int k = 0; k < 10; k++)
            {
                int[] parts = [.. counts.Select(own => own[k]).Where(static count => count > 0)];
                Assert.That(parts.Max() - parts.Min(), Is.LessThanOrEqualTo(1));
            }
        }

        Assert.That(() => new ClassesPerClientPartitioner(11).Divide(labels, 12, 13, RandomStream.Named("x")), Throws.ArgumentException);
        Assert.That(() => new ClassesPerClientPartitioner(2).Divide(labels, 10, 4, RandomStream.Named("x")), Throws.ArgumentException);
        Assert.That(
            () => new ClassesPerClientPartitioner(2).Divide([0, 1, 1, 1, 1, 1], 2, 3, RandomStream.Named("x")),
            Throws.InstanceOf<PartitionException>()
        );
    }

    [Test]
    public void QuantitySharesAreADirichletDraw()
    {
        var partitioner = new QuantityPartitioner(2) { MinimumSize = 0 };
        double[] first =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(i => partitioner.Divide(Labels, 10, 5, RandomStream.Named("quantity", $"{i}")).Sizes()[0] / 1_000.0),
        ];
        // A share of Dirichlet(2 x 5) is Beta(2, 8): mean 0.2, variance 2 * 8 / (100 * 11); sizes are floored, half a row in the mean.
        Statistically.HasMean(0.2 - 0.0005, Math.Sqrt(16.0 / 1_100), first);
        Assert.That(
            () => new QuantityPartitioner(0.01) { MinimumSize = 90, MaxAttempts = 5 }.Divide(Labels, 10, 10, RandomStream.Named("x")),
            Throws.InstanceOf<PartitionException>().With.Property("Attempts").EqualTo(5)
        );
        Assert.That(() => new QuantityPartitioner(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new QuantityPartitioner(1) { MaxAttempts = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void DirichletKeepsTheOrderOfTheDataAndFloorsEachShare()
    {
        RandomStream stream = RandomStream.Named("dirichlet");
        Partition partition = new DirichletPartitioner(0.5) { EmptyClients = EmptyClients.Redraw }.Divide(Labels, 10, 10, stream);
        stream.Position = 0;
        for (int attempt = 1; attempt < partition.Attempts; attempt++)
        {
            for (int k = 0; k < 10; k++)
                Distributions.Dirichlet(stream, 0.5, 10);
        }

        int[][] counts = partition.ClassCounts(Labels, 10);
        for (int k = 0; k < 10; k++)
        {
            double[] shares = Distributions.Dirichlet(stream, 0.5, 10);
            int rows = Labels.Count(label => label == k);
            for (int client = 0; client < 9; client++)
                Assert.That(counts[client][k], Is.EqualTo((int)(shares[client] * rows)));
            int[] order =
            [
                .. Enumerable.Range(0, 10).SelectMany(client => partition.RowsOf(client).ToArray().Where(row => Labels[row] == k)),
            ];
            Assert.That(order, Is.Ordered);
        }
    }

    [Test]
    public void EmptyClientsAreAnErrorRedrawnOrPassedOver()
    {
        int[] labels = [.. Labels.Take(100)];
        var error = Assert.Throws<PartitionException>(() => new DirichletPartitioner(0.02).Divide(labels, 10, 20, RandomStream.Named("x")));
        Assert.That((error!.Attempts, error.SmallestSize, error.Code), Is.EqualTo((1, (int?)0, ErrorCodes.PartitionImpossible)));
        var redraw = Assert.Throws<PartitionException>(() =>
            new DirichletPartitioner(0.02) { EmptyClients = EmptyClients.Redraw, MaxAttempts = 7 }.Divide(
                labels,
                10,
                20,
                RandomStream.Named("x")
            )
        );
        Assert.That(redraw!.Attempts, Is.EqualTo(7));
        Partition skipped = new DirichletPartitioner(0.02) { EmptyClients = EmptyClients.SkipNode }.Divide(
            labels,
            10,
            20,
            RandomStream.Named("x")
        );
        Assert.That(skipped.ClientsWithRows(), Has.Length.InRange(1, 19));
        Assert.That(skipped.ClientCount, Is.EqualTo(20));
        Partition redrawn = new DirichletPartitioner(0.3) { EmptyClients = EmptyClients.Redraw }.Divide(
            Labels,
            10,
            20,
            RandomStream.Named("x")
        );
        Assert.That(redrawn.Sizes().Min(), Is.Positive);
        Assert.That(() => new DirichletPartitioner(1) { EmptyClients = (EmptyClients)3 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DirichletPartitioner(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void NaturalGroupsStayWhole()
    {
        string[] groups = ["b", "a", "c", "a", "b", "d", "e"];
        var partitioner = new NaturalPartitioner(groups) { KeepsOrder = true };
        Partition two = partitioner.Divide(new int[7], 1, 2, RandomStream.Named("x"));
        Assert.That(two.RowsOf(0).ToArray(), Is.EqualTo(new[] { 1, 3, 0, 4 }));
        Assert.That(two.RowsOf(1).ToArray(), Is.EqualTo(new[] { 2, 5, 6 }));
        Assert.That(() => partitioner.Divide(new int[7], 1, 6, RandomStream.Named("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => partitioner.Divide(new int[6], 1, 2, RandomStream.Named("x")), Throws.ArgumentException);
        var orders = new HashSet<string>();
        for (int seed = 0; seed < 20; seed++)
        {
            Partition shuffled = new NaturalPartitioner(groups).Divide(new int[7], 1, 5, RandomStream.Named("x", $"{seed}"));
            orders.Add(string.Concat(Enumerable.Range(0, 5).Select(client => groups[shuffled.RowsOf(client)[0]])));
        }

        Assert.That(orders, Has.Count.GreaterThan(10));
    }

    [Test]
    public async Task TheFixedSplitOfAFileIsFollowed()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "split.csv");
        File.WriteAllText(path, "row,client\n0,1\n1,-1\n2,0\n3,1\n");
        FixedPartitioner partitioner = await FixedPartitioner.LoadAsync(path, "client");
        Partition partition = partitioner.Divide(new int[4], 1, 2, RandomStream.Named("x"));
        Assert.That((partitioner.Clients, partition.AssignedCount), Is.EqualTo((2, 3)));
        Assert.That(partition.RowsOf(1).ToArray(), Is.EqualTo(new[] { 0, 3 }));
        Assert.That(() => partitioner.Divide(new int[4], 1, 1, RandomStream.Named("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
        File.WriteAllText(path, "row,client\n0,1\n1,-2\n");
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => FixedPartitioner.LoadAsync(path, "client"));
        Assert.That(error!.Line, Is.EqualTo(3));
    }

    [Test]
    public async Task TheHospitalsOfTheHeartDataAreClients()
    {
        string path = GoldenFiles.Data("fl-heart-disease", "flamby_view.csv");
        List<DelimitedRecord> records = await DelimitedText.ReadAsync(path).ToListAsync();
        var partitioner = new NaturalPartitioner([.. records.Select(static record => record["center"])]) { KeepsOrder = true };
        int[] labels = [.. records.Select(static record => record.Number<int>("label"))];
        Assert.That(partitioner.Groups, Is.EqualTo(new[] { "cleveland", "hungarian", "switzerland", "va" }));
        Assert.That(partitioner.Divide(labels, 2, 4, RandomStream.Named("x")).Sizes(), Is.EqualTo(new[] { 303, 261, 46, 130 }));
    }

    [Test]
    public void APartitionGivesNoRowTwice()
    {
        Assert.That(
            () =>
                new Partition(
                    3,
                    [
                        [0, 1],
                        [1],
                    ]
                ),
            Throws.ArgumentException.With.Message.Contains("Row 1")
        );
        Assert.That(
            () =>
                new Partition(
                    3,
                    [
                        [3],
                    ]
                ),
            Throws.ArgumentException
        );
        LabeledData data = LabeledData.Of([1, 2, 3], [0, 1, 0]);
        LabeledData[] clients = new Partition(
            3,
            [
                [2, 0],
                [1],
            ]
        ).Of(data);
        Assert.That(clients[0].Labels.ToArray(), Is.EqualTo(new[] { 0, 0 }));
        Assert.That(
            () =>
                new Partition(
                    4,
                    [
                        [2, 0],
                        [1],
                    ]
                ).Of(data),
            Throws.ArgumentException
        );
    }
}
