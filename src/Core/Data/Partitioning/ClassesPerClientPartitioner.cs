using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Pathological label skew: each client has rows of exactly c classes. A client takes the c classes that fewest clients before it took, ties broken at random, so the
/// numbers of clients that share a class differ by at most one; the rows of a class, shuffled, are dealt to its clients in parts that differ by at most one.
/// </summary>
/// <param name="classesPerClient">c, at least 1.</param>
public sealed class ClassesPerClientPartitioner(int classesPerClient = 2) : IPartitioner
{
    private readonly int _classes = PartitionRequest.AtLeast(classesPerClient, 1, nameof(classesPerClient));

    /// <inheritdoc/>
    public string Name => "classes-per-client";

    /// <inheritdoc/>
    /// <exception cref="PartitionException">A class has fewer rows than clients that share it.</exception>
    public Partition Divide(
        ReadOnlySpan<int> labels,
        int classCount,
        int clients,
        RandomStream stream,
        CancellationToken cancellationToken = default
    )
    {
        PartitionRequest.Check(labels.Length, classCount, clients, stream);
        int[][] classes = [.. ClassRows.Of(labels, classCount).Where(static rows => rows.Length > 0)];
        if (_classes > classes.Length)
            throw new ArgumentException($"{_classes} classes a client, but only {classes.Length} classes have rows.", nameof(labels));
        if ((long)clients * _classes < classes.Length)
        {
            throw new ArgumentException(
                $"{clients} clients of {_classes} classes cannot hold all {classes.Length} classes: take more clients or more classes a client.",
                nameof(clients)
            );
        }

        List<int>[] holders = Array.ConvertAll(classes, static _ => new List<int>());
        for (int client = 0; client < clients; client++)
        {
            int[] order = stream.Permutation(classes.Length);
            foreach (int k in order.OrderBy(k => holders[k].Count).Take(_classes)) // a stable sort: equal ones stay in random order
                holders[k].Add(client);
        }

        List<int>[] dealt = [.. Enumerable.Range(0, clients).Select(static _ => new List<int>())];
        for (int k = 0; k < classes.Length; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = holders[k].Count;
            if (classes[k].Length < count)
            {
                throw new PartitionException(
                    $"A class with {classes[k].Length} rows is to be shared by {count} clients",
                    1,
                    0,
                    "Take fewer clients or fewer classes a client."
                );
            }

            stream.Shuffle<int>(classes[k]);
            int[] order = [.. holders[k]];
            stream.Shuffle<int>(order); // or the first clients would always have the one row more
            for (int i = 0, start = 0; i < count; i++)
            {
                int end = start + classes[k].Length / count + (i < classes[k].Length % count ? 1 : 0);
                dealt[order[i]].AddRange(classes[k].AsSpan(start..end));
                start = end;
            }
        }

        return new Partition(labels.Length, [.. dealt.Select(static rows => rows.ToArray())]);
    }
}
