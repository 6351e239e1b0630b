using System.Threading.Channels;

namespace ResearchKit.Moe;

/// <summary>
/// Ranks within one process: a thread each, connected by bounded channels. What is sent is handed over as it lies in memory, nothing is copied.
/// </summary>
public sealed class RankGroup : IDisposable
{
    private readonly Channel<RankMessage>[] _channels; // from x to
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();

    private RankGroup(int size, RankGroupOptions options)
    {
        (Size, Options) = (size, options);
        BoundedChannelOptions bounded = new(4) { SingleReader = true, SingleWriter = true };
        _channels = [.. Enumerable.Range(0, size * size).Select(_ => Channel.CreateBounded<RankMessage>(bounded))];
    }

    internal int Size { get; }

    internal RankGroupOptions Options { get; }

    internal CancellationToken Stopped => _stopped.Token;

    /// <summary>The rank that failed first, and how; null while none has.</summary>
    internal (int Rank, Exception Error)? Failure { get; private set; }

    /// <summary>Runs one body as several ranks.</summary>
    /// <param name="ranks">G; at least 1.</param>
    /// <param name="body">What each rank does.</param>
    /// <param name="options">Threads and patience; the defaults if null.</param>
    /// <param name="cancellationToken">Stops all ranks.</param>
    /// <exception cref="ResearchKitException">Torch cannot be loaded, or a rank failed with one.</exception>
    /// <remarks>What the first rank to fail threw is thrown; the others are stopped and waited for.</remarks>
    public static async Task RunAsync(
        int ranks,
        Func<ICollectives, CancellationToken, Task> body,
        RankGroupOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentNullException.ThrowIfNull(body);
        Torch.EnsureLoaded();
        using RankGroup group = new(ranks, options ?? new());
        int threads = group.Options.ThreadsPerRank ?? Math.Max(1, Environment.ProcessorCount / ranks);
        Task[] running =
        [
            .. Enumerable
                .Range(0, ranks)
                .Select(rank =>
                    RankThread.RunAsync(
                        $"rank {rank}",
                        threads,
                        () => group.RunRankAsync(new InProcessCollectives(group, rank), body, cancellationToken)
                    )
                ),
        ];
        await Task.WhenAll(running)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        if (group.Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.Error);
        }

        await Task.WhenAll(running);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopped.Dispose();

    internal Channel<RankMessage> Between(int from, int to) => _channels[(from * Size) + to];

    internal void Fail(int rank, Exception error)
    {
        lock (_gate)
        {
            Failure ??= (rank, error);
        }

        _stopped.Cancel();
    }

    private async Task RunRankAsync(
        InProcessCollectives collectives,
        Func<ICollectives, CancellationToken, Task> body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await body(collectives, cancellationToken);
        }
        catch (Exception e)
        {
            Fail(collectives.Rank, e);
            throw;
        }
        finally
        {
            // Who still waits for this rank learns that it has left.
            for (int to = 0; to < Size; to++)
            {
                Between(collectives.Rank, to).Writer.TryComplete();
            }
        }
    }
}
