using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Shards (McMahan et al. 2017, section 3): the rows, sorted by class and in random order within a class, are cut into clients x shards pieces that differ by at most
/// one row, and each client is dealt its number of pieces at random. A client so sees few classes.
/// </summary>
/// <param name="shardsPerClient">Pieces a client gets, at least 1; 2 in the paper.</param>
public sealed class ShardPartitioner(int shardsPerClient = 2) : IPartitioner
{
    private readonly int _shards = PartitionRequest.AtLeast(shardsPerClient, 1, nameof(shardsPerClient));

    /// <inheritdoc/>
    public string Name => "shards";

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
        long count = (long)clients * _shards;
        if (count > labels.Length)
            throw new ArgumentOutOfRangeException(nameof(clients), clients, $"{labels.Length} rows do not give {count} shards.");
        int[][] classes = ClassRows.Of(labels, classCount);
        foreach (int[] rows in classes)
            stream.Shuffle<int>(rows);
        int[][] shards = PartitionRequest.EvenPieces([.. classes.SelectMany(static rows => rows)], (int)count);
        stream.Shuffle<int[]>(shards);
        return new Partition(
            labels.Length,
            [.. shards.Chunk(_shards).Select(static dealt => dealt.SelectMany(static rows => rows).ToArray())]
        );
    }
}
