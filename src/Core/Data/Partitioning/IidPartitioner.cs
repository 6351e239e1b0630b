using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>Independent and identically distributed: all rows shuffled, cut into blocks of floor(rows / clients); the last client takes the rest.</summary>
public sealed class IidPartitioner : IPartitioner
{
    /// <inheritdoc/>
    public string Name => "iid";

    /// <inheritdoc/>
    public Partition Divide(
        ReadOnlySpan<int> labels,
        int classCount,
        int clients,
        RandomStream stream,
        CancellationToken cancellationToken = default
    )
    {
        PartitionRequest.Check(labels.Length, classCount, clients, stream);
        return new Partition(labels.Length, PartitionRequest.EqualPieces(stream.Permutation(labels.Length), clients));
    }
}
