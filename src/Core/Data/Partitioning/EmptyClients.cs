namespace ResearchKit.Data;

/// <summary>What a <see cref="DirichletPartitioner"/> does when a client gets no rows.</summary>
public enum EmptyClients
{
    /// <summary>Throws a <see cref="PartitionException"/>.</summary>
    Error,

    /// <summary>Draws everything again, up to the greatest number of attempts.</summary>
    Redraw,

    /// <summary>Leaves the client without rows; <see cref="Partition.ClientsWithRows"/> names the others.</summary>
    SkipNode,
}
