namespace ResearchKit.Federated;

/// <summary>What fixed rules know of the clients: sums that cross the network once.</summary>
/// <param name="Clients">M.</param>
/// <param name="Outputs">K; 1 for two classes by one logit.</param>
/// <param name="LabelCounts">The rows of each class in each client's training part T_i, by client and class.</param>
/// <param name="VoteCounts">Of the proxy rows of all clients together: how many of true class t client i predicts as p; [i][t, p].</param>
public sealed record EnsembleStatistics(
    int Clients,
    int Outputs,
    IReadOnlyList<IReadOnlyList<int>> LabelCounts,
    IReadOnlyList<int[,]> VoteCounts
)
{
    /// <summary>The classes: K, or 2 for one logit.</summary>
    public int Classes => Math.Max(2, Outputs);

    /// <summary>Counts the votes of all clients on labelled proxy rows; the counts of several proxies are added by <see cref="Add"/>.</summary>
    /// <param name="z">The logits.</param>
    /// <param name="labels">The classes of the rows.</param>
    public static int[][,] CountVotes(LogitTable z, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (labels.Length != z.Rows)
        {
            throw new ArgumentException($"{labels.Length} labels are given for {z.Rows} rows.", nameof(labels));
        }
        var counts = Enumerable.Range(0, z.Clients).Select(_ => new int[z.Classes, z.Classes]).ToArray();
        for (var row = 0; row < z.Rows; row++)
        {
            for (var client = 0; client < z.Clients; client++)
            {
                counts[client][labels[row], Learning.SoftmaxLoss.Predict(z.Row(row).Slice(client * z.Outputs, z.Outputs))]++;
            }
        }
        return counts;
    }

    /// <summary>Adds counts to a sum.</summary>
    /// <param name="sum">Is changed.</param>
    /// <param name="counts">What is added.</param>
    public static void Add(int[][,] sum, int[][,] counts)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(counts);
        for (var client = 0; client < sum.Length; client++)
        {
            for (var t = 0; t < sum[client].GetLength(0); t++)
            {
                for (var p = 0; p < sum[client].GetLength(1); p++)
                {
                    sum[client][t, p] += counts[client][t, p];
                }
            }
        }
    }
}
