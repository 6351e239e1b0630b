using CsCheck;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Learning;

public class BatchOrderTests
{
    [Test]
    public void Each_epoch_has_each_row_once() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 60], Gen.Bool, Gen.Bool)
            .Sample(
                (count, size, inOrder, dropLast) =>
                {
                    var sampling = inOrder ? BatchSampling.InOrder : BatchSampling.ShuffledEpochs;
                    var order = new BatchOrder(count, size, RandomStream.Named("order"), sampling, dropLast);
                    for (var epoch = 0; epoch < 3; epoch++)
                    {
                        var rows = new List<int>();
                        for (var step = 0; step < order.StepsPerEpoch; step++)
                        {
                            var batch = order.Next();
                            Assert.That(
                                batch.Length,
                                step < order.StepsPerEpoch - 1 || dropLast ? Is.EqualTo(order.BatchSize) : Is.GreaterThan(0)
                            );
                            rows.AddRange(batch);
                        }
                        Assert.That(rows, Is.Unique);
                        Assert.That(rows, Has.Count.EqualTo(dropLast ? count / order.BatchSize * order.BatchSize : count));
                        Assert.That(!inOrder || rows.SequenceEqual(rows.Order()));
                    }
                },
                iter: 200
            );

    [Test]
    public void The_stream_alone_decides()
    {
        int[] Rows(string name)
        {
            var order = new BatchOrder(20, 6, RandomStream.Named(name));
            return [.. Enumerable.Range(0, 8).SelectMany(_ => order.Next().ToArray())];
        }
        var first = Rows("a");
        Assert.That(Rows("a"), Is.EqualTo(first));
        Assert.That(Rows("b"), Is.Not.EqualTo(first));
        Assert.That(first.Take(20).SequenceEqual(first.Skip(20).Take(20)), Is.False, "a new order each epoch");
    }

    // Each of 10 rows is in a batch of 4 with probability 0.4: 4,000 draws, chi-square with 9 degrees of freedom times the factor (1 - 0.4); false alarm below 1e-6.
    [Test]
    public void Fresh_draws_are_uniform_and_without_replacement()
    {
        var order = new BatchOrder(10, 4, RandomStream.Named("fresh"), BatchSampling.FreshDraw);
        var counts = new int[10];
        for (var draw = 0; draw < 4000; draw++)
        {
            var batch = order.Next().ToArray();
            Assert.That(batch, Is.Unique.And.Length.EqualTo(4));
            foreach (var row in batch)
            {
                counts[row]++;
            }
        }
        Assert.That(counts.Sum(count => Math.Pow(count - 1600, 2) / 1600) / 0.6 * 0.9, Is.LessThan(45));
        Assert.That(new BatchOrder(3, 20, RandomStream.Named("few"), BatchSampling.FreshDraw, dropLast: true).Next().Length, Is.EqualTo(3));
    }

    [Test]
    public void No_rows_and_no_size_are_refused()
    {
        Assert.That(() => new BatchOrder(0, 1, RandomStream.Named("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new BatchOrder(1, 0, RandomStream.Named("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
