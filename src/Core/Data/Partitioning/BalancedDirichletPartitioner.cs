using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Dirichlet label skew with balancing, as FENS uses it: for each class in turn the clients' shares are a Dirichlet(alpha, ..., alpha) draw, in which a client that already
/// holds rows / clients rows or more gets nothing; the class is cut at floor(cumulative share x its rows). The whole is repeated until no client has fewer rows than the
/// minimum.
/// <para>
/// Where all clients that may still get rows have the share 0, there is nothing to divide by: the attempt is abandoned and counts. The rows of each class are shuffled at
/// every attempt, and each client's rows once more at the end.
/// </para>
/// </summary>
/// <param name="alpha">The Dirichlet parameter, positive; the smaller, the fewer classes a client has. Below 0.02 hardly any attempt is accepted.</param>
public sealed class BalancedDirichletPartitioner(double alpha) : IPartitioner
{
    private readonly double _alpha = PartitionRequest.Concentration(alpha);

    /// <inheritdoc/>
    public string Name => "balanced-dirichlet";

    /// <summary>The fewest rows a client may have; null (the default): the number of classes.</summary>
    public int? MinimumSize
    {
        get;
        init => field = value is { } size ? PartitionRequest.AtLeast(size, 0, nameof(MinimumSize)) : null;
    }

    /// <summary>How many attempts are made before giving up (default 10,000).</summary>
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
        int minimum = MinimumSize ?? classCount;
        if ((long)minimum * clients > labels.Length)
            throw new ArgumentOutOfRangeException(nameof(clients), clients, $"{labels.Length} rows do not give each client {minimum}.");
        int[][] classes = ClassRows.Of(labels, classCount);
        int? smallest = null;
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int>[]? dealt = Allocate(
                classes,
                labels.Length,
                clients,
                k =>
                {
                    stream.Shuffle<int>(classes[k]);
                    return Distributions.Dirichlet(stream, _alpha, clients);
                }
            );
            if (dealt is null)
                continue;
            smallest = dealt.Min(static rows => rows.Count);
            if (smallest < minimum)
                continue;
            int[][] rows = Array.ConvertAll(dealt, static own => own.ToArray());
            foreach (int[] own in rows)
                stream.Shuffle<int>(own);
            return new Partition(labels.Length, rows, attempt);
        }

        throw new PartitionException(
            $"No Dirichlet({_alpha}) draw gave each of {clients} clients {minimum} rows of {labels.Length}",
            MaxAttempts,
            smallest,
            "Take a larger alpha, fewer clients or a smaller minimum."
        );
    }

    /// <summary>One attempt; null if the shares of a class are all zero.</summary>
    /// <param name="classes">For each class its rows, in the order in which they are cut once the draw has been asked for.</param>
    /// <param name="rowCount">All rows.</param>
    /// <param name="clients">The number of clients.</param>
    /// <param name="draw">Gives the shares of a class.</param>
    internal static List<int>[]? Allocate(int[][] classes, int rowCount, int clients, Func<int, double[]> draw)
    {
        List<int>[] dealt = [.. Enumerable.Range(0, clients).Select(static _ => new List<int>())];
        double full = (double)rowCount / clients;
        for (int k = 0; k < classes.Length; k++)
        {
            double[] shares = draw(k);
            double sum = 0;
            for (int client = 0; client < clients; client++)
            {
                shares[client] = dealt[client].Count < full ? shares[client] : 0;
                sum += shares[client];
            }

            if (!(sum > 0))
                return null;
            for (int client = 0; client < clients; client++)
                shares[client] /= sum;
            int[][] pieces = DirichletCut.AtCumulativeShares(classes[k], shares);
            for (int client = 0; client < clients; client++)
                dealt[client].AddRange(pieces[client]);
        }

        return dealt;
    }
}
