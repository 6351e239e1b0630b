using ResearchKit.Data;
using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>
/// Polychotomous voting (FENS, arXiv:2411.07182, Figure 8): client i's vote p counts for class t with C_i[t,p], the share of proxy rows of class t that it
/// predicts as p; the class with the largest product over clients wins, the smallest on a tie. Only counts are summed over clients, so the statistic is federated by one sum.
/// </summary>
public sealed class VotingAggregator : IFixedAggregator
{
    private const double Floor = 1e-12;

    /// <inheritdoc/>
    public string Name => "voting";

    /// <summary>
    /// Whether a row of C is divided by all its counts (default). False, as the paper's code: the columns of classes without proxy rows stay raw counts, which can exceed 1.
    /// </summary>
    public bool NormaliseUnseenColumns { get; init; } = true;

    /// <summary>Whether products are taken as they are, zeros included, and may underflow, as in the paper's code. False (the default): logarithms, with a floor of 1e-12.</summary>
    public bool Exact { get; init; }

    /// <summary>C, by client, true class and predicted class.</summary>
    /// <param name="counts">For each client the counts by true and predicted class.</param>
    public double[][,] Competency(IReadOnlyList<int[,]> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return [.. counts.Select(Competency)];
    }

    private double[,] Competency(int[,] counts)
    {
        var classes = counts.GetLength(0);
        var rows = new int[classes];
        for (var t = 0; t < classes; t++)
        {
            for (var p = 0; p < classes; p++)
            {
                rows[t] += counts[t, p];
            }
        }
        var seen = Math.Max(1, rows.Count(count => count > 0));
        var competency = new double[classes, classes];
        for (var t = 0; t < classes; t++)
        {
            for (var p = 0; p < classes; p++)
            {
                competency[t, p] =
                    rows[t] == 0 ? (rows[p] > 0 ? 1.0 / seen : 0)
                    : NormaliseUnseenColumns || rows[p] > 0 ? (double)counts[t, p] / rows[t]
                    : counts[t, p];
            }
        }
        return competency;
    }

    /// <inheritdoc/>
    public IEnsembleRule Create(EnsembleStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return new Rule(Competency(statistics.VoteCounts), Exact);
    }

    private sealed class Rule(double[][,] competency, bool exact) : IEnsembleRule
    {
        public float[] Predict(LogitTable z, LabeledData? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(z);
            if (competency.Length != z.Clients || competency[0].GetLength(0) != z.Classes)
            {
                throw new ArgumentException(
                    $"The votes are of {competency.Length} clients and {competency[0].GetLength(0)} classes, the logits of {z.Clients} and {z.Classes}.",
                    nameof(z)
                );
            }
            var result = new float[z.Rows * z.Outputs];
            var scores = new double[z.Classes];
            for (var row = 0; row < z.Rows; row++)
            {
                Array.Fill(scores, exact ? 1 : 0);
                for (var client = 0; client < z.Clients; client++)
                {
                    var vote = SoftmaxLoss.Predict(z.Row(row).Slice(client * z.Outputs, z.Outputs));
                    for (var m = 0; m < scores.Length; m++)
                    {
                        var share = competency[client][m, vote];
                        scores[m] = exact ? scores[m] * share : scores[m] + Math.Log(Math.Max(share, Floor));
                    }
                }
                if (z.Outputs == 1)
                {
                    result[row] = (float)(scores[1] - scores[0]);
                    continue;
                }
                // Ranks, not scores: two scores that differ in double precision must not become equal in single.
                var winner = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(scores);
                for (var m = 0; m < scores.Length; m++)
                {
                    result[row * z.Outputs + m] = m == winner ? 0 : -1 - scores.Count(score => score > scores[m]);
                }
            }
            return result;
        }
    }
}
