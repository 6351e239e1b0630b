using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class LabeledDataTests
{
    private static readonly LabeledData Six = LabeledData.Of([0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5, 5.5f], [0, 1, 2, 0, 1, 2]);

    [Test]
    public void BatchesAreCopiedInTheOrderAsked()
    {
        var features = new float[6];
        var labels = new int[3];
        Six.CopyBatch([5, 0, 5], features, labels);
        Assert.That(features, Is.EqualTo(new[] { 5, 5.5f, 0, 0.5f, 5, 5.5f }));
        Assert.That(labels, Is.EqualTo(new[] { 2, 0, 2 }));
        Assert.That((Six.Count, Six.FeatureLength, Six.ClassCount), Is.EqualTo((6, 2, 3)));
        Assert.That(Six.Schema.FeatureShape, Is.EqualTo(new[] { 2 }));
        Assert.That(() => Six.CopyBatch([0], features, labels), Throws.ArgumentException);
        Assert.That(() => Six.CopyBatch([6, 0, 0], features, labels), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Six.LabelOf(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void SubsetsOfSubsetsShareTheFeatures()
    {
        LabeledData some = Six.Subset([4, 2, 0]).Subset([2, 0, 0]);
        var row = new float[2];
        some.CopyRow(1, row);
        Assert.That((row[0], some.LabelOf(1), some.LabelOf(0), some.Count), Is.EqualTo((4f, 1, 0, 3)));
        Assert.That(some.ClassCounts(), Is.EqualTo(new[] { 1, 2, 0 }));

        LabeledData large = LabeledData.OfBytes(new byte[10_000_000], new int[10_000]);
        int[] all = [.. Enumerable.Range(0, 10_000)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        large.Subset(all);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000));
    }

    [Test]
    public void BytesAreReadAsTheirQuotientWith255()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        LabeledData data = LabeledData.OfBytes(bytes, [0], new LabeledDataSchema { FeatureShape = [1, 16, 16], ClassCount = 1 });
        var row = new float[256];
        data.CopyRow(0, row);
        Assert.That(row, Is.EqualTo(bytes.Select(static value => value / 255f)));
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.That(() => LabeledData.Of(new float[5], [0, 1]), Throws.ArgumentException);
        Assert.That(() => LabeledData.Of(new float[4], [0, -1]), Throws.ArgumentException.With.Message.Contains("row 1"));
        Assert.That(
            () => LabeledData.Of(new float[4], [0, 2], new() { ClassCount = 2 }),
            Throws.ArgumentException.With.Message.Contains("[0, 2)")
        );
        Assert.That(() => LabeledData.Of(new float[4], [0, 1], new() { FeatureShape = [3] }), Throws.ArgumentException);
        Assert.That(() => LabeledData.Of(new float[4], [0, 1], new() { FeatureShape = [-1, -2] }), Throws.ArgumentException);
        Assert.That(() => LabeledData.Of(new float[4], [0, 1], new() { ClassCount = 3, ClassNames = ["a"] }), Throws.ArgumentException);
        Assert.That(() => LabeledData.Of(new float[4], [0, 1], new() { FeatureNames = ["a"] }), Throws.ArgumentException);
        Assert.That(LabeledData.Of([], []).Count, Is.Zero);
    }

    [Test]
    public void ForbiddenRowsCannotBeRead()
    {
        var guard = new RowGuard(Six, 1, 4);
        LabeledData data = guard.Data;
        var features = new float[2];
        var labels = new int[1];
        Assert.Multiple(() =>
        {
            Assert.That(() => data.CopyBatch([0], features, labels), Throws.Nothing);
            Assert.That(
                () => data.CopyBatch([4], features, labels),
                Throws.InstanceOf<ForbiddenRowException>().With.Property("Row").EqualTo(4)
            );
            Assert.That(() => data.LabelOf(1), Throws.InstanceOf<ForbiddenRowException>());
            Assert.That(() => data.Labels.Length, Throws.InstanceOf<ForbiddenRowException>());
            Assert.That(() => data.Subset([0, 4]).CopyRow(1, features), Throws.InstanceOf<ForbiddenRowException>());
            Assert.That(() => data.Subset([0, 2]).Labels.Length, Throws.Nothing);
            Assert.That(() => Six.LabelOf(1), Throws.Nothing);
        });
        using (guard.Allow())
        {
            Assert.That(data.LabelOf(1), Is.EqualTo(1));
            Assert.That(Task.Run(() => data.LabelOf(4)).Result, Is.EqualTo(1));
        }

        Assert.That(() => data.LabelOf(1), Throws.InstanceOf<ForbiddenRowException>());
        LabeledData twice = new RowGuard(data.Subset([1, 2]), 1).Data;
        Assert.That(() => twice.LabelOf(0), Throws.InstanceOf<ForbiddenRowException>());
        Assert.That(() => twice.LabelOf(1), Throws.InstanceOf<ForbiddenRowException>());
    }

    [Test]
    public void SplitsAreSeededPartitions()
    {
        LabeledData[] parts = Six.Split(RandomStream.Named("split"), 0.5, 0.25);
        Assert.That(parts.Select(static part => part.Count), Is.EqualTo(new[] { 3, 1, 2 }));
        int[][] rows = RowSplit.Random(100, RandomStream.Named("split"), 0.29, 0.7);
        Assert.That(rows.Select(static part => part.Length), Is.EqualTo(new[] { 29, 70, 1 }));
        Assert.That(rows.SelectMany(static part => part).Order(), Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(rows.All(static part => part.SequenceEqual(part.Order())), Is.True);
        Assert.That(RowSplit.Random(100, RandomStream.Named("split"), 0.29, 0.7), Is.EqualTo(rows));
        Assert.That(RowSplit.Random(100, RandomStream.Named("other"), 0.29, 0.7), Is.Not.EqualTo(rows));
        Assert.That(() => Six.Split(RandomStream.Named("x"), 0.7, 0.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Six.Split(RandomStream.Named("x"), double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void StratifiedSplitsKeepTheSharesOfEachClass()
    {
        int[] labels =
        [
            .. Enumerable
                .Range(0, 110)
                .Select(static row =>
                    row < 80 ? 0
                    : row < 105 ? 1
                    : 2
                ),
        ];
        int[][] parts = RowSplit.Stratified(labels, 3, RandomStream.Named("split"), 0.1);
        Assert.That(parts.SelectMany(static part => part).Order(), Is.EqualTo(Enumerable.Range(0, 110)));
        Assert.That(Enumerable.Range(0, 3).Select(k => parts[0].Count(row => labels[row] == k)), Is.EqualTo(new[] { 8, 2, 0 }));
        LabeledData data = LabeledData.Of(new float[110], labels);
        Assert.That(data.SplitStratified(RandomStream.Named("split"), 0.1)[0].ClassCounts(), Is.EqualTo(new[] { 8, 2, 0 }));
        Assert.That(
            () => RowSplit.Stratified([0, 3], 3, RandomStream.Named("x"), 0.1),
            Throws.ArgumentException.With.Message.Contains("row 1")
        );
    }
}
