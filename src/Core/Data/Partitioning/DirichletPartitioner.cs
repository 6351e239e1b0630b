using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Dirichlet label skew without balancing, as Plexus uses it: for each class one Dirichlet(alpha, ..., alpha) draw gives the clients' shares; the rows of the class, in the
/// order of the data, are cut into pieces of floor(share x its rows), and the last client takes the rest.
/// </summary>
/// <param name="alpha">The Dirichlet parameter, positive; the smaller, the fewer classes a client has.</param>
public sealed class DirichletPartitioner(double alpha) : IPartitioner
{
    private readonly double _alpha = PartitionRequest.Concentration(alpha);

    /// <inheritdoc/>
    public string Name => "dirichlet";

    /// <summary>What happens when a client gets no rows (default: an error).</summary>
    public EmptyClients EmptyClients
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(EmptyClients), value, "Error, Redraw or SkipNode.");
    }

    /// <summary>How many draws <see cref="EmptyClients.Redraw"/> makes before giving up (default 10,000).</summary>
    public int MaxAttempts
    {
        get;
        init => field = PartitionRequest.AtLeast(value, 1, nameof(MaxAttempts));
    } = 10_000;

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
        int[][] classes = ClassRows.Of(labels, classCount);
        int most = EmptyClients == EmptyClients.Redraw ? MaxAttempts : 1;
        int empty = 0;
        for (int attempt = 1; attempt <= most; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int>[] dealt = [.. Enumerable.Range(0, clients).Select(static _ => new List<int>())];
            foreach (int[] order in classes)
            {
                int[][] pieces = DirichletCut.ByFlooredShares(order, Distributions.Dirichlet(stream, _alpha, clients));
                for (int client = 0; client < clients; client++)
                    dealt[client].AddRange(pieces[client]);
            }

            empty = dealt.Count(static rows => rows.Count == 0);
            if (empty == 0 || EmptyClients == EmptyClients.SkipNode)
                return new Partition(labels.Length, Array.ConvertAll(dealt, static rows => rows.ToArray()), attempt);
        }

        throw new PartitionException(
            $"With Dirichlet({_alpha}) {empty} of {clients} clients get none of {labels.Length} rows",
            most,
            0,
            "Take a larger alpha or fewer clients, or permit Redraw or SkipNode."
        );
    }
}
