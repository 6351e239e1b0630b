using System.Numerics.Tensors;
using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>
/// The mean of the clients' logits (FENS, arXiv:2411.07182, Figure 8). With one logit a client: the logit of the mean probability.
/// </summary>
public sealed class AverageAggregator : IFixedAggregator
{
    /// <inheritdoc/>
    public string Name => "average";

    /// <inheritdoc/>
    public IEnsembleRule Create(EnsembleStatistics statistics) => new Rule();

    private sealed class Rule : IEnsembleRule
    {
        public float[] Predict(LogitTable z, LabeledData? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(z);
            var result = new float[z.Rows * z.Outputs];
            for (var row = 0; row < z.Rows; row++)
            {
                var all = z.Row(row);
                var own = result.AsSpan(row * z.Outputs, z.Outputs);
                if (z.Outputs == 1)
                {
                    own[0] = LogitOfMeanProbability(all);
                    continue;
                }
                for (var client = 0; client < z.Clients; client++)
                {
                    TensorPrimitives.Add(own, all.Slice(client * z.Outputs, z.Outputs), own);
                }
                TensorPrimitives.Divide(own, z.Clients, own);
            }
            return result;
        }

        private static float LogitOfMeanProbability(ReadOnlySpan<float> logits)
        {
            var (positive, negative) = (0.0, 0.0);
            foreach (var logit in logits)
            {
                positive += 1 / (1 + Math.Exp(-logit));
                negative += 1 / (1 + Math.Exp(logit));
            }
            return (float)Math.Log(positive / negative);
        }
    }
}
