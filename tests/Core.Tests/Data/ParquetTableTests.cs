using CsCheck;
using ResearchKit.Data;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class ParquetTableTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private string Path => System.IO.Path.Combine(_folder.Path, "table.parquet");

    [Test]
    public async Task EveryTypeComesBack()
    {
        (string, Array)[] columns =
        [
            ("flag", new[] { true, false }),
            ("i1", new sbyte[] { -1, 2 }),
            ("u1", new byte[] { 1, 255 }),
            ("i2", new short[] { -300, 300 }),
            ("u2", new ushort[] { 1, 65535 }),
            ("i4", new[] { int.MinValue, int.MaxValue }),
            ("u4", new[] { 1u, uint.MaxValue }),
            ("i8", new[] { long.MinValue, long.MaxValue }),
            ("u8", new[] { 1ul, ulong.MaxValue }),
            ("f4", new[] { 0.5f, float.NaN }),
            ("f8", new[] { 0.1, double.NegativeInfinity }),
            ("text", new[] { "zoë", "" }),
            ("missing text", new[] { null, "x" }),
            ("missing i4", new int?[] { null, 4 }),
            ("missing f8", new double?[] { 0.5, null }),
        ];
        await ParquetTable.Of(columns).SaveAsync(Path);
        ParquetTable read = await ParquetTable.LoadAsync(Path);
        Assert.That(read.Names, Is.EqualTo(columns.Select(c => c.Item1)));
        Assert.That(read.RowCount, Is.EqualTo(2));
        foreach ((string name, Array values) in columns)
            Assert.That(read.Column(name), Is.EqualTo(values), name);
        Assert.Multiple(() =>
        {
            Assert.That(read.Doubles("missing i4"), Is.EqualTo(new[] { double.NaN, 4 }));
            Assert.That(read.Int64s("u2"), Is.EqualTo(new[] { 1L, 65535 }));
            Assert.That(() => read.Int64s("f8"), Throws.InstanceOf<MalformedFileException>());
            Assert.That(() => read.Int64s("missing i4"), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("row 0"));
            Assert.That(() => read.Int64s("u8"), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("row 1"));
            Assert.That(() => read.Doubles("text"), Throws.InstanceOf<MalformedFileException>());
            Assert.That(() => read.Column("nothing"), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("'nothing'"));
        });
    }

    [Test]
    public async Task ColumnsAreChosenAndEmptyTablesWork()
    {
        await ParquetTable.Of(("a", new[] { 1, 2, 3 }), ("b", new[] { 4.0, 5, 6 })).SaveAsync(Path);
        ParquetTable chosen = await ParquetTable.LoadAsync(Path, ["b"]);
        Assert.That(chosen.Names, Is.EqualTo(new[] { "b" }));
        Assert.That(() => ParquetTable.LoadAsync(Path, ["c"]), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("'c'"));

        await ParquetTable.Of(("a", Array.Empty<long>())).SaveAsync(Path);
        Assert.That((await ParquetTable.LoadAsync(Path)).RowCount, Is.Zero);
    }

    [Test]
    public async Task SeveralRowGroupsAreJoined()
    {
        long[] values = [.. Enumerable.Range(0, 1_000_003).Select(i => (long)i)];
        await ParquetTable.Of(("n", values)).SaveAsync(Path);
        Assert.That((await ParquetTable.LoadAsync(Path)).Int64s("n").AsSpan().SequenceEqual(values), Is.True);
    }

    [Test]
    public void TablesThatCannotBeAreRefused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => ParquetTable.Of(), Throws.ArgumentException);
            Assert.That(
                () => ParquetTable.Of(("a", new[] { 1 }), ("b", new[] { 1, 2 })),
                Throws.ArgumentException.With.Message.Contains("'b'")
            );
            Assert.That(
                () => ParquetTable.Of(("a", new[] { 1 }), ("a", new[] { 1 })),
                Throws.ArgumentException.With.Message.Contains("taken")
            );
            Assert.That(() => ParquetTable.Of(("a", new object[] { 1 })), Throws.ArgumentException.With.Message.Contains("Object"));
        });
    }

    [Test]
    public async Task DamagedFilesAreRefusedWithoutACrash()
    {
        byte[] whole = await Whole();
        // Every bit once, and every length: the library behind it would count to 2^31 on some of them.
        for (int place = 0; place < whole.Length; place++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. whole];
                flipped[place] ^= (byte)(1 << bit);
                await LoadOrRefuse(flipped);
            }

            await LoadOrRefuse(whole[..place]);
        }

        static async Task LoadOrRefuse(byte[] bytes)
        {
            try
            {
                await ParquetTable.LoadAsync(new MemoryStream(bytes), "damaged.parquet");
            }
            catch (MalformedFileException e)
            {
                Assert.That(e.Path, Is.EqualTo("damaged.parquet"));
            }
        }
    }

    [Test]
    public async Task FilesDamagedAtRandomAreRefusedInTime() => Fuzz(await Whole(), 500);

    [Test, Category("Long")]
    public async Task FilesDamagedAtRandomAreRefusedInTimeForLong() => Fuzz(await Whole(), 100_000);

    // A field of a known number and another type made the reader look for the end of a number behind the end of the file, for ever.
    [Test]
    public async Task EveryOtherTypeOfEveryFieldIsRefusedInTime()
    {
        byte[] whole = await Whole();
        int footer = whole.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8);
        int refused = 0;
        for (int at = footer; at < whole.Length - 8; at++)
        {
            for (int type = 0; type < 16; type++)
            {
                byte[] bytes = [.. whole];
                bytes[at] = (byte)((bytes[at] & 0xF0) | type);
                Task<ParquetTable> reading = Task.Run(() => ParquetTable.LoadAsync(new MemoryStream(bytes), "damaged.parquet"));
                Assert.That(Task.WaitAny(reading, Task.Delay(TimeSpan.FromSeconds(20))), Is.Zero, $"Still reading: byte {at}, type {type}");
                try
                {
                    await reading;
                }
                catch (MalformedFileException)
                {
                    refused++;
                }
            }
        }
        Assert.That(refused, Is.GreaterThan(0));
    }

    private static void Fuzz(byte[] whole, int cases) =>
        FileDamage.Check(
            [whole],
            cases,
            async (stream, name) => (await ParquetTable.LoadAsync(stream, name)).RowCount,
            isPlaceKnown: false
        );

    private async Task<byte[]> Whole()
    {
        await ParquetTable
            .Of(("u", Enumerable.Range(0, 50).ToArray()), ("t", Enumerable.Range(0, 50).Select(i => $"n{i}").ToArray()))
            .SaveAsync(Path);
        return await File.ReadAllBytesAsync(Path);
    }
}
