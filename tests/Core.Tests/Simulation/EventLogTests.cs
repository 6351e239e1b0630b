using CsCheck;
using ResearchKit.Numerics;
using ResearchKit.Simulation;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Simulation;

public class EventLogTests
{
    private static readonly Gen<(SimulationEvent Event, byte[] Detail)[]> Runs = Gen.Select(
        Gen.Select(Gen.Long, Gen.ULong, Gen.Int, Gen.Int, Gen.Int, (t, s, k, n, p) => new SimulationEvent(new(t), s, k, n, p)),
        Gen.Frequency((5, Gen.Const(Array.Empty<byte>())), (3, Gen.Byte.Array[0, 20]), (1, Gen.Int[0, 200_000].Select(n => new byte[n])))
    ).Array[0, 30];

    [Test]
    public void What_is_stored_is_what_happened_and_its_hash() =>
        Runs.Sample(
            async run =>
            {
                using MemoryStream stream = new();
                using EventLog log = new(stream, leaveOpen: true);
                foreach ((SimulationEvent happened, byte[] detail) in run)
                {
                    log.Append(happened, detail);
                }

                log.Complete();
                Assert.That(log.Hash, Is.EqualTo(Checksum.XxHash128(stream.ToArray())));
                Assert.That((log.Count, log.StoreFailure), Is.EqualTo(((long)run.Length, (IOException?)null)));
                stream.Position = 0;
                List<LoggedEvent> read = await EventLog.ReadAsync(stream, "memory").ToListAsync();
                Assert.That(read.Select(e => e.Event), Is.EqualTo(run.Select(e => e.Event)));
                Assert.That(read.Select(e => e.Detail.ToArray()), Is.EqualTo(run.Select(e => e.Detail)));
                Assert.That(read.Select(e => e.Index), Is.EqualTo(Enumerable.Range(0, run.Length)));
            },
            iter: 200
        );

    [Test]
    public void A_hash_depends_on_every_part_and_on_nothing_else()
    {
        SimulationEvent one = new(new(1), 2, 3, 4, 5);
        SimulationEvent[] others =
        [
            one with
            {
                Time = new(2),
            },
            one with
            {
                Sequence = 3,
            },
            one with
            {
                Kind = 4,
            },
            one with
            {
                Node = 5,
            },
            one with
            {
                Payload = 6,
            },
        ];
        string[] hashes = [Hash(one, []), .. others.Select(e => Hash(e, [])), Hash(one, [0]), Hash(one, [1]), new EventLog().Hash];
        Assert.That(hashes, Is.Unique);
        Assert.That(Hash(one, [1]), Is.EqualTo(hashes[^2]));

        // Asking in between changes nothing.
        using EventLog asked = new();
        asked.Append(one);
        Assert.That(asked.Hash, Is.EqualTo(hashes[0]));
        asked.Append(one);
        using EventLog unasked = new();
        unasked.Append(one);
        unasked.Append(one);
        Assert.That(asked.Hash, Is.EqualTo(unasked.Hash));

        static string Hash(SimulationEvent happened, byte[] detail)
        {
            using EventLog log = new();
            log.Append(happened, detail);
            return log.Hash;
        }
    }

    /// <summary>A small gossip of real events: equal seeds give equal logs, other seeds others, and a replay finds the first difference.</summary>
    [Test]
    public void Equal_runs_have_equal_hashes_and_replays_stop_where_runs_part()
    {
        List<LoggedEvent> first = Gossip("1", out string hash);
        Assert.That(Gossip("1", out string again), Has.Count.EqualTo(first.Count));
        Assert.That(again, Is.EqualTo(hash));
        Gossip("2", out string other);
        Assert.That(other, Is.Not.EqualTo(hash));

        using EventLog following = EventLog.Following(first);
        first.ForEach(e => following.Append(e.Event, e.Detail.Span));
        following.Complete();
        Assert.That(following.Hash, Is.EqualTo(hash));

        using EventLog parting = EventLog.Following(first);
        first.Take(5).ToList().ForEach(e => parting.Append(e.Event, e.Detail.Span));
        Assert.That(
            () => parting.Append(first[5].Event, [9]),
            Throws.TypeOf<ReplayDivergedException>().With.Property("Index").EqualTo(5).And.Message.Contains("another detail")
        );
        using EventLog shortOne = EventLog.Following(first);
        Assert.That(shortOne.Complete, Throws.TypeOf<ReplayDivergedException>().With.Message.Contains("the end of the run happened"));
        using EventLog longOne = EventLog.Following([]);
        Assert.That(
            () => longOne.Append(first[0].Event),
            Throws.TypeOf<ReplayDivergedException>().With.Message.Contains("the end of the run was logged")
        );
    }

    private static List<LoggedEvent> Gossip(string seed, out string hash)
    {
        RandomStream stream = RandomStream.Named("EventLogTests", seed);
        EventQueue queue = new();
        using EventLog log = new();
        List<LoggedEvent> happened = [];
        queue.Schedule(default, kind: 1, node: 0);
        while (happened.Count < 200 && queue.TryDequeue(out SimulationEvent next))
        {
            byte[] detail = [(byte)stream.NextInt(256)];
            log.Append(next, detail);
            happened.Add(new(happened.Count, next, detail));
            for (int i = 0; i < 2; i++)
            {
                queue.ScheduleAfter(new(stream.NextInt64(1000)), kind: 1, node: stream.NextInt(10));
            }
        }

        hash = log.Hash;
        return happened;
    }

    [Test]
    public async Task A_file_is_given_back_up_to_the_damage()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "events.log");
        using (EventLog log = new(File.Create(path)))
        {
            log.Append(new(new(1), 0, 1, 2, 3));
            log.Append(new(new(2), 1, 1, 2, 3), [1, 2, 3]);
        }

        Assert.That(await EventLog.ReadAsync(path).CountAsync(), Is.EqualTo(2));
        byte[] bytes = await File.ReadAllBytesAsync(path);
        for (int length = 0; length < bytes.Length; length++)
        {
            using MemoryStream cut = new(bytes, 0, length);
            int read = 0;
            try
            {
                await foreach (LoggedEvent _ in EventLog.ReadAsync(cut, "cut"))
                {
                    read++;
                }

                Assert.That(length, Is.EqualTo(8).Or.EqualTo(40));
            }
            catch (MalformedFileException exception)
            {
                Assert.That(exception.ByteOffset, Is.LessThanOrEqualTo(length));
            }

            Assert.That(read, Is.EqualTo(length >= 40 ? 1 : 0));
        }
    }

    [Test]
    public void A_full_disk_ends_the_stored_log_not_the_run()
    {
        using EventLog whole = new();
        using EventLog cut = new(new FullDisk());
        for (int i = 0; i < 10_000; i++)
        {
            SimulationEvent happened = new(new(i), (ulong)i, 1, 2, 3);
            whole.Append(happened);
            cut.Append(happened);
        }

        Assert.That(cut.StoreFailure, Is.Not.Null);
        Assert.That((cut.Count, cut.Hash), Is.EqualTo((whole.Count, whole.Hash)));
    }

    [Test]
    public void A_detail_has_a_limit() =>
        Assert.That(
            () => new EventLog().Append(default, new byte[EventLog.LongestDetail + 1]),
            Throws.ArgumentException.With.Message.Contains("16777217")
        );

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
