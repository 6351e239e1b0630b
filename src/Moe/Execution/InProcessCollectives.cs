using System.Threading.Channels;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>The operations of one rank of a <see cref="RankGroup"/>.</summary>
internal sealed class InProcessCollectives(RankGroup group, int rank) : ICollectives
{
    private long _sent;
    private long _received;

    public int Rank => rank;

    public int Size => group.Size;

    public CollectiveTraffic Traffic => new(_sent, _received);

    public async ValueTask AllGatherAsync(ReadOnlyMemory<int> mine, Memory<int> all, CancellationToken cancellationToken = default)
    {
        if (all.Length != (long)mine.Length * Size)
        {
            throw new ArgumentException($"{Size} ranks with {mine.Length} numbers each do not fill {all.Length}.", nameof(all));
        }

        for (int to = 0; to < Size; to++)
        {
            await SendAsync(to, new("all-gather", mine, null), cancellationToken);
        }

        for (int from = 0; from < Size; from++)
        {
            RankMessage message = await ReceiveAsync(from, "all-gather", cancellationToken);
            if (message.Numbers.Length != mine.Length)
            {
                throw Disagreement(from, $"{message.Numbers.Length} numbers", $"{mine.Length}");
            }

            message.Numbers.CopyTo(all[(from * mine.Length)..]);
            Count(from, sizeof(int) * mine.Length, sizeof(int) * mine.Length);
        }
    }

    public ValueTask AllToAllAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> sendRows,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(received);
        Collectives.RequireRows(this, send, sendRows.Span, receiveRows.Span, received);
        return ExchangeAsync("all-to-all", send, sendRows, receiveRows, received, cancellationToken);
    }

    public ValueTask AllGatherRowsAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(received);
        Collectives.RequireRows(this, send, new int[Size], receiveRows.Span, received);
        return ExchangeAsync("all-gather of rows", send, null, receiveRows, received, cancellationToken);
    }

    private async ValueTask ExchangeAsync(
        string operation,
        torch.Tensor send,
        ReadOnlyMemory<int>? sendRows,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken
    )
    {
        long first = 0;
        for (int to = 0; to < Size; to++)
        {
            int rows = sendRows is { } each ? each.Span[to] : (int)send.shape[0];
            // The view is the receiver's: this rank may dispose what it sent before the other has looked at it.
            torch.Tensor view = send.narrow(0, sendRows is null ? 0 : first, rows).DetachFromDisposeScope();
            await SendAsync(to, new(operation, default, view), cancellationToken);
            first += rows;
            Count(to, send.shape[1] * send.element_size() * rows, 0);
        }

        for (int from = 0; from < Size; from++)
        {
            RankMessage message = await ReceiveAsync(from, operation, cancellationToken);
            torch.Tensor theirs = message.Rows!;
            received[from] = theirs;
            long rows = theirs.shape[0];
            if (rows != receiveRows.Span[from] || theirs.shape[1] != send.shape[1] || theirs.dtype != send.dtype)
            {
                throw Disagreement(
                    from,
                    $"{rows} rows of {theirs.shape[1]} {theirs.dtype}",
                    $"{receiveRows.Span[from]} rows of {send.shape[1]} {send.dtype}"
                );
            }

            Count(from, 0, theirs.shape[1] * theirs.element_size() * rows);
        }
    }

    private void Count(int other, long sent, long received)
    {
        if (other != rank)
        {
            _sent += sent;
            _received += received;
        }
    }

    private async ValueTask SendAsync(int to, RankMessage message, CancellationToken cancellationToken)
    {
        ChannelWriter<RankMessage> writer = group.Between(rank, to).Writer;
        if (group.Failure is null && writer.TryWrite(message))
        {
            return;
        }

        await WaitAsync(to, token => writer.WriteAsync(message, token).AsTask(), cancellationToken);
    }

    private async ValueTask<RankMessage> ReceiveAsync(int from, string operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChannelReader<RankMessage> reader = group.Between(from, rank).Reader;
        if (!reader.TryRead(out RankMessage message))
        {
            await WaitAsync(from, async token => message = await reader.ReadAsync(token), cancellationToken);
        }

        return message.Operation == operation
            ? message
            : throw new ResearchKitException(
                MoeErrors.RanksDisagree,
                $"Rank {rank} is in an {operation}, rank {from} in an {message.Operation}.",
                "Let every rank call the same operations in the same order."
            );
    }

    /// <summary>Waits for another rank, as long as none fails and patience lasts.</summary>
    private async Task WaitAsync(int other, Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, group.Stopped);
        patience.CancelAfter(group.Options.Patience);
        try
        {
            await operation(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw group.Failure is { } failure
                ? Failed(failure.Rank, failure.Error.Message, failure.Error)
                : new ResearchKitException(
                    MoeErrors.RanksDisagree,
                    $"Rank {rank} waited {group.Options.Patience.TotalSeconds:0.#} s for rank {other}.",
                    "Let every rank call the same operations in the same order, or allow more Patience."
                );
        }
        catch (ChannelClosedException e)
        {
            throw group.Failure is { } failure
                ? Failed(failure.Rank, failure.Error.Message, failure.Error)
                : Failed(other, "it has ended", e);
        }
    }

    private ResearchKitException Failed(int failed, string how, Exception cause) =>
        new(MoeErrors.RankFailed, $"Rank {rank} stops: rank {failed} failed: {how}", "Look at that rank's own error.", cause);

    private ResearchKitException Disagreement(int from, string sent, string expected) =>
        new(
            MoeErrors.RanksDisagree,
            $"Rank {from} sends rank {rank} {sent}, but {expected} are expected.",
            "Counts differ between ranks: exchange them before rows are sent, and plan from the same."
        );
}
