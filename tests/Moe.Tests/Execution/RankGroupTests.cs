using System.Diagnostics;
using TorchSharp;

namespace ResearchKit.Moe.Tests;

[NonParallelizable]
public class RankGroupTests
{
    private static readonly RankGroupOptions Quick = new() { ThreadsPerRank = 1, Patience = TimeSpan.FromSeconds(1) };

    [Test]
    public async Task Numbers_and_rows_reach_every_rank()
    {
        await RankGroup.RunAsync(
            3,
            async (ranks, token) =>
            {
                int[] all = new int[6];
                await ranks.AllGatherAsync(new[] { ranks.Rank, 10 * ranks.Rank }, all, token);
                Assert.That(all, Is.EqualTo(new[] { 0, 0, 1, 10, 2, 20 }));

                // Rank r sends r + 1 rows to each; values say from whom to whom.
                int n = ranks.Rank + 1;
                float[] values = [.. Enumerable.Range(0, 3).SelectMany(to => Enumerable.Repeat((float)((10 * ranks.Rank) + to), n * 2))];
                using torch.Tensor send = torch.tensor(values).reshape(3 * n, 2);
                torch.Tensor[] received = new torch.Tensor[3];
                await ranks.AllToAllAsync(send, new[] { n, n, n }, new[] { 1, 2, 3 }, received, token);
                for (int from = 0; from < 3; from++)
                {
                    Assert.That(received[from].data<float>().ToArray(), Is.All.EqualTo((10 * from) + ranks.Rank));
                    Assert.That(received[from].shape, Is.EqualTo(new long[] { from + 1, 2 }));
                    received[from].Dispose();
                }

                using torch.Tensor mine = torch.full([3, 2], ranks.Rank + 1f);
                using torch.Tensor sum = await ranks.AllReduceAsync(mine, token);
                Assert.That(sum.data<float>().ToArray(), Is.All.EqualTo(6));
                using torch.Tensor part = await ranks.ReduceScatterAsync(mine, new[] { 1, 1, 1 }, token);
                Assert.That(part.data<float>().ToArray(), Is.EqualTo(new[] { 6f, 6f }));
                await ranks.BarrierAsync(token);
            },
            Quick
        );
    }

    [Test]
    public async Task Ranks_that_disagree_on_counts_all_stop()
    {
        int stopped = 0;
        ResearchKitException? e = await Assert.ThrowsAsync<ResearchKitException>(() =>
            RankGroup.RunAsync(
                2,
                async (ranks, token) =>
                {
                    using torch.Tensor send = torch.zeros([4, 2]);
                    try
                    {
                        await ranks.AllToAllAsync(send, new[] { 2, 2 }, new[] { 2, ranks.Rank == 0 ? 2 : 1 }, new torch.Tensor[2], token);
                        await ranks.BarrierAsync(token);
                    }
                    finally
                    {
                        Interlocked.Increment(ref stopped);
                    }
                },
                Quick
            )
        );
        Assert.That(e!.Code, Is.EqualTo(MoeErrors.RanksDisagree));
        Assert.That(e.Message, Does.Contain("2 rows").And.Contain("1 rows"));
        Assert.That(stopped, Is.EqualTo(2));
    }

    [Test]
    public async Task A_rank_that_fails_stops_the_others_at_once_and_is_named()
    {
        Exception? seen = null;
        Stopwatch watch = Stopwatch.StartNew();
        RankGroupOptions patient = Quick with { Patience = TimeSpan.FromMinutes(1) };
        InvalidOperationException? e = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RankGroup.RunAsync(
                3,
                async (ranks, token) =>
                {
                    if (ranks.Rank == 1)
                    {
                        throw new InvalidOperationException("broken");
                    }

                    try
                    {
                        await ranks.BarrierAsync(token);
                    }
                    catch (ResearchKitException stopped)
                    {
                        seen = stopped;
                        throw;
                    }
                },
                patient
            )
        );
        Assert.That(e!.Message, Is.EqualTo("broken"));
        Assert.That(seen, Is.TypeOf<ResearchKitException>().With.Message.Contains("rank 1 failed: broken"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "no rank waits out its patience");
    }

    [Test]
    public async Task A_rank_that_leaves_or_never_comes_does_not_hang_the_others()
    {
        ResearchKitException? left = await Assert.ThrowsAsync<ResearchKitException>(() =>
            RankGroup.RunAsync(2, (ranks, token) => ranks.Rank == 1 ? Task.CompletedTask : ranks.BarrierAsync(token).AsTask(), Quick)
        );
        Assert.That(left!.Message, Does.Contain("rank 1 failed: it has ended"));
        ResearchKitException? slow = await Assert.ThrowsAsync<ResearchKitException>(() =>
            RankGroup.RunAsync(
                2,
                (ranks, token) => ranks.Rank == 1 ? Task.Delay(TimeSpan.FromSeconds(4), token) : ranks.BarrierAsync(token).AsTask(),
                Quick
            )
        );
        Assert.That(slow!.Message, Does.Contain("waited 1 s for rank 1"));
    }

    [Test]
    public void Cancelling_stops_all_ranks()
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(200));
        Assert.That(
            async () =>
                await RankGroup.RunAsync(
                    2,
                    (ranks, token) => ranks.Rank == 1 ? Task.Delay(Timeout.Infinite, token) : ranks.BarrierAsync(token).AsTask(),
                    Quick with
                    {
                        Patience = TimeSpan.FromMinutes(1),
                    },
                    source.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }
}
