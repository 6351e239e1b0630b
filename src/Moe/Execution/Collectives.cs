using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>Operations made of the others, so that their sums have one order on every backend.</summary>
public static class Collectives
{
    /// <summary>Each rank gets its rows of the sum over ranks, added in the order of ranks.</summary>
    /// <param name="collectives">The ranks.</param>
    /// <param name="send">[rows, width], contiguous: a part of every rank's rows, first those of rank 0.</param>
    /// <param name="rows">The rows of each rank; the same numbers on all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>[rows of this rank, width]; the caller's.</returns>
    /// <exception cref="ResearchKitException">A rank failed or disagrees.</exception>
    public static async ValueTask<torch.Tensor> ReduceScatterAsync(
        this ICollectives collectives,
        torch.Tensor send,
        ReadOnlyMemory<int> rows,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(collectives);
        torch.Tensor[] parts = new torch.Tensor[collectives.Size];
        int[] mine = [.. Enumerable.Repeat(rows.Span[collectives.Rank], collectives.Size)];
        await collectives.AllToAllAsync(send, rows, mine, parts, cancellationToken);
        torch.Tensor sum = parts[0].clone();
        for (int rank = 0; rank < parts.Length; rank++)
        {
            if (rank > 0)
            {
                sum.add_(parts[rank]);
            }

            parts[rank].Dispose();
        }

        return sum;
    }

    /// <summary>All ranks get the sum over ranks, added in the order of ranks.</summary>
    /// <param name="collectives">The ranks.</param>
    /// <param name="send">[rows, width], contiguous, of the same size on all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The sum, of the same shape; the caller's.</returns>
    /// <exception cref="ResearchKitException">A rank failed or disagrees.</exception>
    public static async ValueTask<torch.Tensor> AllReduceAsync(
        this ICollectives collectives,
        torch.Tensor send,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(collectives);
        ArgumentNullException.ThrowIfNull(send);
        torch.Tensor[] parts = new torch.Tensor[collectives.Size];
        int[] rows = [.. Enumerable.Repeat((int)send.shape[0], collectives.Size)];
        await collectives.AllGatherRowsAsync(send, rows, parts, cancellationToken);
        torch.Tensor sum = parts[0].clone();
        for (int rank = 0; rank < parts.Length; rank++)
        {
            if (rank > 0)
            {
                sum.add_(parts[rank]);
            }

            parts[rank].Dispose();
        }

        return sum;
    }

    /// <summary>Returns when all ranks have come.</summary>
    /// <param name="collectives">The ranks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ResearchKitException">A rank failed.</exception>
    public static async ValueTask BarrierAsync(this ICollectives collectives, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collectives);
        await collectives.AllGatherAsync(new int[1], new int[collectives.Size], cancellationToken);
    }

    internal static void RequireRows(
        ICollectives collectives,
        torch.Tensor send,
        ReadOnlySpan<int> sendRows,
        ReadOnlySpan<int> receiveRows,
        torch.Tensor[] received
    )
    {
        long sum = 0;
        foreach (int rows in sendRows)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rows);
            sum += rows;
        }

        if (
            sendRows.Length != collectives.Size
            || receiveRows.Length != collectives.Size
            || received.Length != collectives.Size
            || send.shape.Length != 2
            || sum > send.shape[0]
            || !send.is_contiguous()
        )
        {
            throw new ArgumentException(
                $"Rows for and from {collectives.Size} ranks, in a contiguous matrix of at least {sum} rows: got {sendRows.Length} and {receiveRows.Length} numbers, and [{string.Join(", ", send.shape)}].",
                nameof(send)
            );
        }
    }
}
