using System.Text;
using CsCheck;
using ResearchKit.Experiments;
using ResearchKit.Goldens;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class JournalTests
{
    private static readonly ExperimentInfo Info = new("harmoeny/fig6-throughput-vs-skew", "none", "none", 1);
    private static readonly RowSchema Schema = RowSchema.Of(typeof(SpeedRow));
    private static readonly DateTimeOffset Noon = new(2026, 1, 3, 10, 15, 0, 123, TimeSpan.Zero);

    public sealed record SpeedRow(double LatencyMs, double ThroughputTokensPerSecond);

    [Test]
    public async Task TheFormatIsThatOfSchema1()
    {
        FixedClock clock = new(Noon);
        MemoryStream file = new();
        await using (JournalWriter writer = Open("w", file, clock))
        {
            await writer.BeginAsync("bc2e000118a5ec1bfb1b79e6b6cb40c3", 1);
            await writer.AppendAsync("bc2e000118a5ec1bfb1b79e6b6cb40c3", new SpeedRow(12.5, 40961));
            await writer.AppendAsync("bc2e000118a5ec1bfb1b79e6b6cb40c3", new SpeedRow(12.4, double.NaN));
            clock.Advance(TimeSpan.FromMilliseconds(812.4));
            await writer.EndAsync("bc2e000118a5ec1bfb1b79e6b6cb40c3");
            await writer.BeginAsync(Key(2), 3);
            await writer.FailAsync(Key(2), new InvalidOperationException("a \"b\"\nc\\"));
        }

        string[] lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n');
        string rows = "bc2e000118a5ec1bfb1b79e6b6cb40c3,0,12.5,40961\nbc2e000118a5ec1bfb1b79e6b6cb40c3,1,12.4,NaN\n";
        string hash = ResearchKit.Storage.Checksum.XxHash128(Encoding.UTF8.GetBytes(rows));
        string columns = "CellKey,RowIndex,LatencyMs,ThroughputTokensPerSecond";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                lines[0],
                Does.Match("^#researchkit-journal 1 experiment=harmoeny/fig6-throughput-vs-skew version=1 schema=[0-9a-f]{8} writer=w$")
            );
            Assert.That(lines[0], Does.Contain($"schema={ResearchKit.Storage.Checksum.Sha256(Encoding.UTF8.GetBytes(columns))[..8]} "));
            Assert.That(lines[1], Is.EqualTo(columns));
            Assert.That(lines[2], Is.EqualTo("#begin bc2e000118a5ec1bfb1b79e6b6cb40c3 attempt=1 at=2026-01-03T10:15:00.123Z"));
            Assert.That(lines[3] + "\n" + lines[4] + "\n", Is.EqualTo(rows));
            Assert.That(lines[5], Is.EqualTo($"#end bc2e000118a5ec1bfb1b79e6b6cb40c3 attempt=1 rows=2 xxh128={hash} ms=812.4"));
            Assert.That(
                lines[7],
                Does.StartWith(
                    $"#fail {Key(2)} attempt=3 at=2026-01-03T10:15:00.935Z error=\"InvalidOperationException: a \\\"b\\\"\\nc\\\\\" stack=\""
                )
            );
            Assert.That(lines[^1], Is.Empty);
        }

        Journal journal = Read(file.ToArray());
        Assert.That(journal.Cells.Single().Milliseconds, Is.EqualTo(812.4));
        Assert.That(journal.Failures.Single(), Is.EqualTo(new JournalFailure(Key(2), 3, "InvalidOperationException: a \"b\"\nc\\")));
        Assert.That(journal.Damages, Is.Empty);
    }

    [Test]
    public void AnyInterleavingAndAnyTruncationKeepsExactlyTheCellsThatEndedBefore() =>
        Gen.Select(Cells(), Gen.Double[0, 1])
            .Sample(
                (cells, cut) =>
                {
                    (byte[] bytes, Dictionary<string, int> ends) = Write(cells.Order);
                    int length = (int)(bytes.Length * cut);
                    Journal journal = Read(bytes[..length]);
                    return Agree(journal, cells.Order)
                        && journal.Cells.Select(c => c.Key).ToHashSet().SetEquals(ends.Where(e => e.Value <= length).Select(e => e.Key))
                        && journal.Damages.Count == 0;
                },
                iter: 500
            );

    [Test]
    public void AnyFlippedByteLosesNothingButCellsAtOrAfterIt() =>
        Gen.Select(Cells(), Gen.Double[0, 1], Gen.Byte[1, 255])
            .Sample(
                (cells, place, flip) =>
                {
                    (byte[] bytes, Dictionary<string, int> ends) = Write(cells.Order);
                    int at = Math.Min((int)(bytes.Length * place), bytes.Length - 1);
                    byte[] damaged = [.. bytes];
                    damaged[at] ^= flip;
                    try
                    {
                        Journal journal = Read(damaged);
                        return Agree(journal, cells.Order)
                            && ends.Where(e => e.Value <= at && at >= HeadLength(bytes)).All(e => journal.Cells.Any(c => c.Key == e.Key));
                    }
                    catch (ResearchKitException e)
                    {
                        // The digit of the schema became a larger one.
                        return e.Code == ErrorCodes.RunTooNew && at < HeadLength(bytes);
                    }
                },
                iter: 2000
            );

    [Test]
    public void OtherExperimentsAndNewerSchemasAreTold()
    {
        byte[] bytes = Write([(1, 1)]).Bytes;
        Journal other = JournalReader.Read(Empty(), new MemoryStream(bytes), Info with { Version = 2 }, CancellationToken.None);
        Assert.That(other.Cells, Is.Empty);
        Assert.That(other.Damages.Single().What, Does.Contain("not a journal of harmoeny/fig6-throughput-vs-skew version 2"));

        byte[] newer = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(bytes).Replace("#researchkit-journal 1", "#researchkit-journal 2", StringComparison.Ordinal)
        );
        Assert.That(Assert.Throws<ResearchKitException>(() => Read(newer)).Code, Is.EqualTo(ErrorCodes.RunTooNew));
    }

    [Test]
    public async Task AFailedWriteEndsTheJournalForGoodAndTellsEveryone()
    {
        MemoryStream disk = new();
        FaultyStream stream = new(disk, bytes: 700);
        JournalWriter writer = Open("w", stream, TimeProvider.System);
        List<string> done = [];
        ResearchKitException? failure = null;
        for (int i = 0; i < 100 && failure is null; i++)
        {
            try
            {
                await writer.BeginAsync(Key(i), 1);
                await writer.AppendAsync(Key(i), new SpeedRow(i, i));
                await writer.EndAsync(Key(i));
                done.Add(Key(i));
            }
            catch (ResearchKitException e)
            {
                failure = e;
            }
        }

        Assert.That(failure?.Code, Is.EqualTo(ErrorCodes.WriteFailed));
        Assert.That(failure!.Message, Does.StartWith("w could not be written (No space left on device").And.Contains("free"));
        Assert.That(failure.Remedy, Is.EqualTo("then resume"));
        Assert.That(writer.Broken.IsCancellationRequested, Is.True);
        await Assert.ThrowsAsync<ResearchKitException>(() => writer.BeginAsync(Key(999), 1));
        await Assert.ThrowsAsync<ResearchKitException>(writer.CompleteAsync);
        Assert.That((stream.HasFailed, stream.WritesAfterFailure), Is.EqualTo((true, 0)));
        Assert.That(done, Is.Not.Empty);
        Assert.That(Read(disk.ToArray()).Cells.Select(c => c.Key), Is.SupersetOf(done));
    }

    [Test]
    public async Task ClockJumpsChangeNothingButTimes()
    {
        FixedClock clock = new(Noon);
        MemoryStream file = new();
        await using (JournalWriter writer = Open("w", file, clock))
        {
            for (int i = 0; i < 4; i++)
            {
                await writer.BeginAsync(Key(i), 1);
                clock.Jump(TimeSpan.FromDays(i % 2 == 0 ? -400 : 400));
                await writer.AppendAsync(Key(i), new SpeedRow(i, i));
                clock.Advance(TimeSpan.FromMilliseconds(5));
                await writer.EndAsync(Key(i));
            }
        }

        Journal journal = Read(file.ToArray());
        Assert.That(
            journal.Cells.Select(c => (c.Key, c.Rows, c.Milliseconds)),
            Is.EqualTo(Enumerable.Range(0, 4).Select(i => (Key(i), 1, 5.0)))
        );
    }

    [Test]
    public async Task MisuseIsRefused()
    {
        await using JournalWriter writer = Open("w", new MemoryStream(), TimeProvider.System);
        await writer.BeginAsync(Key(1), 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.BeginAsync(Key(1), 2));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.EndAsync(Key(2)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.AppendAsync(Key(2), new SpeedRow(1, 1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => writer.BeginAsync(Key(3), 0));
    }

    [Test]
    public async Task ParallelCellsLoseNothing([Values] Durability durability)
    {
        MemoryStream file = new();
        await using (JournalWriter writer = Open("w", file, TimeProvider.System, durability))
        {
            await Parallel.ForAsync(
                0,
                200,
                async (i, _) =>
                {
                    await writer.BeginAsync(Key(i), 1);
                    for (int r = 0; r < i % 7; r++)
                    {
                        await writer.AppendAsync(Key(i), new SpeedRow(i, r));
                    }

                    await writer.EndAsync(Key(i));
                }
            );
        }

        Assert.That(
            Read(file.ToArray()).Cells.ToDictionary(c => c.Key, c => c.Rows),
            Is.EquivalentTo(Enumerable.Range(0, 200).ToDictionary(Key, i => i % 7))
        );
    }

    // A schedule: which cell does its next step (begin, rows, end), and how many rows each has; cells may be left unfinished or fail once.
    private static Gen<(List<(int Cell, int Rows)> Order, int Count)> Cells() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 6], Gen.Int[0, int.MaxValue - 1]).Select((rows, seed) => (Schedule(rows, seed), rows.Length));

    private static List<(int Cell, int Rows)> Schedule(int[] rows, int seed)
    {
        int[] steps = [.. rows.SelectMany((r, cell) => Enumerable.Repeat(cell, r + 2))];
        ResearchKit
            .Numerics.RandomStream.Named("schedule", seed.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Shuffle<int>(steps);
        return [.. steps.Select(cell => (cell, rows[cell]))];
    }

    private static (byte[] Bytes, Dictionary<string, int> Ends) Write(IReadOnlyList<(int Cell, int Rows)> order)
    {
        MemoryStream file = new();
        Dictionary<string, int> ends = [];
        Dictionary<int, int> step = [];
        JournalWriter writer = Open("w", file, new FixedClock(Noon));
        foreach ((int cell, int rows) in order)
        {
            int at = step[cell] = step.GetValueOrDefault(cell, -1) + 1;
            if (at == 0)
            {
                Wait(writer.BeginAsync(Key(cell), 1));
            }
            else if (at <= rows)
            {
                Wait(writer.AppendAsync(Key(cell), Row(cell, at - 1)).AsTask());
            }
            else
            {
                Wait(writer.EndAsync(Key(cell)));
                ends[Key(cell)] = (int)file.Length;
            }
        }

        Wait(writer.CompleteAsync());
        return (file.ToArray(), ends);
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static bool Agree(Journal journal, IReadOnlyList<(int Cell, int Rows)> order) =>
        journal.Cells.All(c =>
        {
            int cell = Enumerable.Range(0, 10).Single(i => Key(i) == c.Key);
            int rows = order.First(o => o.Cell == cell).Rows;
            using RowFormatter formatter = new(Schema);
            byte[] expected = [.. Enumerable.Range(0, rows).SelectMany(r => formatter.Line(Key(cell), r, Row(cell, r)))];
            return c.Rows == rows && c.Lines.Span.SequenceEqual(expected);
        });

    private static SpeedRow Row(int cell, int index) => new(cell + (index / 8.0), index);

    private static string Key(int i) => ResearchKit.Storage.Checksum.XxHash128(BitConverter.GetBytes(i));

    private static int HeadLength(byte[] bytes) => Encoding.UTF8.GetString(bytes).IndexOf("RowIndex", StringComparison.Ordinal) + 60;

    private static Journal Empty() => new() { Writer = "w", Path = "w.csv" };

    private static Journal Read(byte[] bytes) => JournalReader.Read(Empty(), new MemoryStream(bytes), Info, CancellationToken.None);

    private static JournalWriter Open(string id, Stream stream, TimeProvider clock, Durability durability = Durability.Committed) =>
        new(id, id, stream, Info, Schema, durability, clock, "then resume");
}
