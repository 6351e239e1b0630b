using System.Numerics.Tensors;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// One weight a client and one bias: sum_i w_i X_i + b, w drawn by Xavier's rule on (1, M, 1), b = 1 (FENS, arXiv:2411.07182, Figure 8). The bias adds the same
/// to every class and matters only with one logit a client; there it is a linear layer M -> 1 that begins as PyTorch's do.
/// </summary>
public sealed class LinearAggregator : ITrainableAggregator
{
    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public IClientModel CreateModel(int clients, int outputs, IReadOnlyList<int> inputs) =>
        new FlatClientModel(outputs == 1 ? new DenseModel(clients, 1) : new Model(clients, outputs));

    internal sealed class Model(int clients, int outputs) : IFlatModel
    {
        public int Inputs => clients * outputs;

        public int Outputs => outputs;

        public ParameterLayout Layout { get; } = ParameterLayout.Create([("weights", [1, clients, 1]), ("bias", [1])]);

        public ParameterVector Initialize(RandomStream random)
        {
            var vector = new ParameterVector(Layout);
            var (fanIn, fanOut) = Initializers.Fans(Layout["weights"].Shape);
            Initializers.XavierUniform(vector.Slice("weights"), fanIn, fanOut, random.Split("weights"));
            vector.Slice("bias")[0] = 1;
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
            result.Fill(parameters[clients]);
            for (var row = 0; row < count; row++)
            {
                var own = result.Slice(row * outputs, outputs);
                for (var client = 0; client < clients; client++)
                {
                    TensorPrimitives.MultiplyAdd(inputs.Slice((row * clients + client) * outputs, outputs), parameters[client], own, own);
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
                    gradient[client] += TensorPrimitives.Dot(inputs.Slice((row * clients + client) * outputs, outputs), own);
                }
                gradient[clients] += TensorPrimitives.Sum(own);
            }
        }
    }
}
