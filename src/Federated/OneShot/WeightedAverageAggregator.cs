using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>
/// The mean over clients of logits times w[i,k], client i's share of all training rows of class k (FENS, arXiv:2411.07182, Figure 8). A class that nobody holds
/// has the weight 1/M. With one logit a client: both classes' probabilities are weighted, and compared.
/// </summary>
public sealed class WeightedAverageAggregator : IFixedAggregator
{
    /// <inheritdoc/>
    public string Name => "weighted-average";

    /// <summary>w: the share of each client in the rows of each class; they sum to 1 for every class.</summary>
    /// <param name="labelCounts">The rows by client and class.</param>
    public static double[,] Weights(IReadOnlyList<IReadOnlyList<int>> labelCounts)
    {
        ArgumentNullException.ThrowIfNull(labelCounts);
        if (labelCounts.Count == 0 || labelCounts.Any(own => own.Count != labelCounts[0].Count || own.Any(count => count < 0)))
        {
            throw new ArgumentException("Each client needs one count from 0 on for every class.", nameof(labelCounts));
        }
        var weights = new double[labelCounts.Count, labelCounts[0].Count];
        for (var k = 0; k < weights.GetLength(1); k++)
        {
            var all = labelCounts.Sum(own => (long)own[k]);
            for (var client = 0; client < labelCounts.Count; client++)
            {
                weights[client, k] = all == 0 ? 1.0 / labelCounts.Count : (double)labelCounts[client][k] / all;
            }
        }
        return weights;
    }

    /// <inheritdoc/>
    public IEnsembleRule Create(EnsembleStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return new Rule(Weights(statistics.LabelCounts));
    }

    private sealed class Rule(double[,] weights) : IEnsembleRule
    {
        public float[] Predict(LogitTable z, LabeledData? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(z);
            if (weights.GetLength(0) != z.Clients || weights.GetLength(1) != z.Classes)
            {
                throw new ArgumentException(
                    $"The weights are of {weights.GetLength(0)} clients and {weights.GetLength(1)} classes, the logits of {z.Clients} and {z.Classes}.",
                    nameof(z)
                );
            }
            var result = new float[z.Rows * z.Outputs];
            for (var row = 0; row < z.Rows; row++)
            {
                var all = z.Row(row);
                if (z.Outputs == 1)
                {
                    var difference = 0.0;
                    for (var client = 0; client < z.Clients; client++)
                    {
                        difference += weights[client, 1] / (1 + Math.Exp(-all[client])) - weights[client, 0] / (1 + Math.Exp(all[client]));
                    }
                    result[row] = (float)(difference / z.Clients);
                    continue;
                }
                for (var k = 0; k < z.Outputs; k++)
                {
                    var sum = 0.0;
                    for (var client = 0; client < z.Clients; client++)
                    {
                        sum += weights[client, k] * all[client * z.Outputs + k];
                    }
                    result[row * z.Outputs + k] = (float)(sum / z.Clients);
                }
            }
            return result;
        }
    }
}
