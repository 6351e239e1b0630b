using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// What ranks do together. Every rank calls the same operations in the same order. A tensor that an operation hands over may be read until this rank enters its next operation; one that was sent
/// may be changed once this rank has completed its next operation.
/// </summary>
/// <remarks>
/// Where a rank fails, is cancelled, leaves, or disagrees on sizes, all others get a <see cref="ResearchKitException"/> (<see cref="MoeErrors.RankFailed"/> or <see cref="MoeErrors.RanksDisagree"/>) that names it; none hangs.
/// </remarks>
public interface ICollectives
{
    /// <summary>This rank, from 0.</summary>
    int Rank { get; }

    /// <summary>G, the number of ranks.</summary>
    int Size { get; }

    /// <summary>The bytes that this rank exchanged with others so far.</summary>
    CollectiveTraffic Traffic { get; }

    /// <summary>Numbers of all ranks to all ranks.</summary>
    /// <param name="mine">This rank's; equally many on each.</param>
    /// <param name="all">Takes G times as many, by rank.</param>
    /// <param name="cancellationToken">Stops waiting; all other ranks are told.</param>
    /// <exception cref="ResearchKitException">A rank failed or disagrees.</exception>
    ValueTask AllGatherAsync(ReadOnlyMemory<int> mine, Memory<int> all, CancellationToken cancellationToken = default);

    /// <summary>Rows to each rank.</summary>
    /// <param name="send">[rows, width], contiguous; first the rows for rank 0, then those for rank 1, ...</param>
    /// <param name="sendRows">How many for each rank.</param>
    /// <param name="receiveRows">How many come from each rank.</param>
    /// <param name="received">Takes a tensor for each rank; disposing them is the caller's.</param>
    /// <param name="cancellationToken">Stops waiting; all other ranks are told.</param>
    /// <exception cref="ResearchKitException">A rank failed or disagrees.</exception>
    ValueTask AllToAllAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> sendRows,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    );

    /// <summary>The same rows to all ranks.</summary>
    /// <param name="send">[rows, width], contiguous.</param>
    /// <param name="receiveRows">How many come from each rank.</param>
    /// <param name="received">Takes a tensor for each rank; disposing them is the caller's.</param>
    /// <param name="cancellationToken">Stops waiting; all other ranks are told.</param>
    /// <exception cref="ResearchKitException">A rank failed or disagrees.</exception>
    ValueTask AllGatherRowsAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    );
}
