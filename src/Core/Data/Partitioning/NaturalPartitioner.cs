using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Divides by who made the rows (writers, users, hospitals): the groups, sorted by name and then shuffled, go in blocks of floor(groups / clients) to the clients; the last
/// takes the rest. A group is never divided. Rows keep the order of the groups, and within one the order of the data.
/// </summary>
public sealed class NaturalPartitioner : IPartitioner
{
    private readonly string[] _groups;

    /// <summary>Takes the group of each row.</summary>
    /// <param name="groups">For each row the name of its group, for example the writer.</param>
    /// <exception cref="ArgumentException">A name is null.</exception>
    public NaturalPartitioner(IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        _groups = [.. groups];
        int missing = Array.IndexOf(_groups, null!);
        if (missing >= 0)
            throw new ArgumentException($"Row {missing} has no group.", nameof(groups));
    }

    /// <inheritdoc/>
    public string Name => "natural";

    /// <summary>Whether the groups stay in the order of their names (default false: they are shuffled). With as many clients as groups client i then is group i.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>The names of the groups, in ordinal order.</summary>
    public IReadOnlyList<string> Groups => [.. _groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

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
        if (labels.Length != _groups.Length)
            throw new ArgumentException($"{labels.Length} rows, but groups of {_groups.Length}.", nameof(labels));
        string[] names = [.. Groups];
        if (clients > names.Length)
            throw new ArgumentOutOfRangeException(
                nameof(clients),
                clients,
                $"{names.Length} groups are divided among 1 to {names.Length} clients."
            );
        ILookup<string, int> rows = Enumerable.Range(0, _groups.Length).ToLookup(row => _groups[row], StringComparer.Ordinal);
        if (!KeepsOrder)
            stream.Shuffle<string>(names);
        int[][] blocks = PartitionRequest.EqualPieces([.. Enumerable.Range(0, names.Length)], clients);
        return new Partition(labels.Length, [.. blocks.Select(block => block.SelectMany(group => rows[names[group]]).ToArray())]);
    }
}
