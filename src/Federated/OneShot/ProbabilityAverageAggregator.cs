using System.Numerics.Tensors;
using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>The mean of the clients' probabilities, as logarithms: for comparison with <see cref="AverageAggregator"/>. Equal to it with one logit a client.</summary>
public sealed class ProbabilityAverageAggregator : IFixedAggregator
{
    /// <inheritdoc/>
    public string Name => "average-probabilities";

    /// <inheritdoc/>
    public IEnsembleRule Create(EnsembleStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return statistics.Outputs == 1 ? new AverageAggregator().Create(statistics) : new Rule();
    }

    private sealed class Rule : IEnsembleRule
    {
        public float[] Predict(LogitTable z, LabeledData? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(z);
            var result = new float[z.Rows * z.Outputs];
            var shares = new float[z.Outputs];
            for (var row = 0; row < z.Rows; row++)
            {
                var own = result.AsSpan(row * z.Outputs, z.Outputs);
                for (var client = 0; client < z.Clients; client++)
                {
                    TensorPrimitives.SoftMax(z.Row(row).Slice(client * z.Outputs, z.Outputs), shares);
                    TensorPrimitives.Add(own, shares, own);
                }
                TensorPrimitives.Divide(own, z.Clients, own);
                TensorPrimitives.Max(own, 1e-30f, own);
                TensorPrimitives.Log(own, own);
            }
            return result;
        }
    }
}
