using System.Numerics.Tensors;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>One weight for each client and class: sum_i W[i,k] X[i,k], W drawn by Xavier's rule on (M, K) (FENS, arXiv:2411.07182, Figure 8).</summary>
public sealed class PerClassWeightsAggregator : ITrainableAggregator
{
    /// <inheritdoc/>
    public string Name => "per-class-weights";

    /// <inheritdoc/>
    public IClientModel CreateModel(int clients, int outputs, IReadOnlyList<int> inputs) =>
        new FlatClientModel(new Model(clients, outputs));

    internal sealed class Model(int clients, int outputs) : IFlatModel
    {
        public int Inputs => clients * outputs;

        public int Outputs => outputs;

        public ParameterLayout Layout { get; } = ParameterLayout.Create([("weights", [clients, outputs])]);

        public ParameterVector Initialize(RandomStream random)
        {
            var vector = new ParameterVector(Layout);
            var (fanIn, fanOut) = Initializers.Fans(Layout["weights"].Shape);
            Initializers.XavierUniform(vector.Values, fanIn, fanOut, random.Split("weights"));
            return vector;
        }

        public FlatPass CreatePass(int capacity) => new Pass(clients, outputs, capacity);
    }

    private sealed class Pass(int clients, int outputs, int capacity) : FlatPass
    {
        private readonly float[] _outputs = new float[capacity * outputs];

        public override ReadOnlySpan<float> Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, int count)
        {
            var result = _outputs.AsSpan(0, count * outputs);
            result.Clear();
            for (var row = 0; row < count; row++)
            {
                var own = result.Slice(row * outputs, outputs);
                for (var client = 0; client < clients; client++)
                {
                    var x = inputs.Slice((row * clients + client) * outputs, outputs);
                    TensorPrimitives.MultiplyAdd(x, parameters.Slice(client * outputs, outputs), own, own);
                }
            }
            return result;
        }

        public override void Backward(
            ReadOnlySpan<float> parameters,
            ReadOnlySpan<float> inputs,
            int count,
            ReadOnlySpan<float> logitGradients,
            Span<float> gradient
        )
        {
            gradient.Clear();
            for (var row = 0; row < count; row++)
            {
                var own = logitGradients.Slice(row * outputs, outputs);
                for (var client = 0; client < clients; client++)
                {
                    var x = inputs.Slice((row * clients + client) * outputs, outputs);
                    var weights = gradient.Slice(client * outputs, outputs);
                    TensorPrimitives.MultiplyAdd(x, own, weights, weights);
                }
            }
        }
    }
}
