using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>A way of dividing the rows of a data set among clients.</summary>
public interface IPartitioner
{
    /// <summary>The name, for options and reports.</summary>
    string Name { get; }

    /// <summary>Divides rows.</summary>
    /// <param name="labels">The label of each row, in [0, classCount).</param>
    /// <param name="classCount">The number of classes, at least 1.</param>
    /// <param name="clients">The number of clients, from 1 to the number of rows.</param>
    /// <param name="stream">Draws; the same stream gives the same partition.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows of each client.</returns>
    /// <exception cref="ArgumentException">A parameter is out of range, or they do not fit together.</exception>
    /// <exception cref="PartitionException">The rows cannot be divided as asked.</exception>
    Partition Divide(
        ReadOnlySpan<int> labels,
        int classCount,
        int clients,
        RandomStream stream,
        CancellationToken cancellationToken = default
    );
}
