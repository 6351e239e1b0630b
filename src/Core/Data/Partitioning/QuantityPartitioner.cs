using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Quantity skew (Li et al. 2022, NIID-Bench, section 4.3): the clients' shares of all rows are one Dirichlet(alpha, ..., alpha) draw, cut out of the shuffled rows at
/// floor(cumulative share x rows); drawn again until no client has fewer than the minimum.
/// </summary>
/// <param name="alpha">The Dirichlet parameter, positive; the smaller, the more unequal.</param>
public sealed class QuantityPartitioner(double alpha) : IPartitioner
{
    private readonly double _alpha = PartitionRequest.Concentration(alpha);

    /// <inheritdoc/>
    public string Name => "quantity";

    /// <summary>The fewest rows a client may have (default 1; 0 permits clients without rows).</summary>
    public int MinimumSize
    {
        get;
        init => field = PartitionRequest.AtLeast(value, 0, nameof(MinimumSize));
    } = 1;

    /// <summary>How often shares are drawn before giving up (default 10,000).</summary>
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
        if ((long)MinimumSize * clients > labels.Length)
            throw new ArgumentOutOfRangeException(nameof(clients), clients, $"{labels.Length} rows do not give each client {MinimumSize}.");
        int[] order = stream.Permutation(labels.Length);
        int smallest = 0;
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] shares = Distributions.Dirichlet(stream, _alpha, clients);
            int[][] rows = DirichletCut.AtCumulativeShares(order, shares);
            smallest = rows.Min(static own => own.Length);
            if (smallest >= MinimumSize)
                return new Partition(labels.Length, rows, attempt);
        }

        throw new PartitionException(
            $"No draw gave each of {clients} clients {MinimumSize} rows of {labels.Length}",
            MaxAttempts,
            smallest,
            "Take a larger alpha, fewer clients or a smaller minimum."
        );
    }
}
