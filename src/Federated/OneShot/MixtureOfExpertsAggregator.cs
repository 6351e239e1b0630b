using static TorchSharp.torch;

namespace ResearchKit.Federated;

/// <summary>
/// Mixtures of experts that look at the image (FENS, arXiv:2411.07182, Figure 8): sum_i g_i(x) X_i, g = softmax of a small convolutional gate; or, for each class
/// by itself, sum_i G[i,k](x) X[i,k] with G as the gate gives it. Images are 3 x 32 x 32.
/// </summary>
/// <param name="perClass">Whether each class has gates of its own, as in the paper's code for CIFAR-100.</param>
public sealed class MixtureOfExpertsAggregator(bool perClass = false) : ITrainableAggregator
{
    private const int Side = 32;

    /// <inheritdoc/>
    public string Name => perClass ? "moe-per-class" : "moe";

    /// <inheritdoc/>
    public bool NeedsInputs => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The inputs are not 3 x 32 x 32.</exception>
    public IClientModel CreateModel(int clients, int outputs, IReadOnlyList<int> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!inputs.SequenceEqual([3, Side, Side]))
        {
            throw new ArgumentException(
                $"The gate looks at images of 3 x {Side} x {Side}, not {string.Join(" x ", inputs)}.",
                nameof(inputs)
            );
        }
        return new TorchClientModel(() => new Mixture(clients, outputs, perClass), outputs);
    }

    /// <summary>sum_i g_i X_i.</summary>
    /// <param name="gates">B x M, softmax already taken.</param>
    /// <param name="logits">B x M x K.</param>
    internal static Tensor Mix(Tensor gates, Tensor logits) => (gates.unsqueeze(2) * logits).sum(1);

    private sealed class Mixture : nn.Module<Tensor, Tensor>
    {
        private readonly ExpertGate _gate;
        private readonly int _clients;
        private readonly int _outputs;
        private readonly bool _perClass;

        public Mixture(int clients, int outputs, bool perClass)
            : base(nameof(Mixture))
        {
            (_clients, _outputs, _perClass) = (clients, outputs, perClass);
            _gate = new ExpertGate(perClass ? clients * outputs : clients);
            RegisterComponents();
        }

        public override Tensor forward(Tensor rows)
        {
            using var scope = NewDisposeScope();
            var width = (long)_clients * _outputs;
            var logits = rows.narrow(1, 0, width).reshape(-1, _clients, _outputs);
            var images = rows.narrow(1, width, rows.shape[1] - width).reshape(-1, 3, Side, Side);
            var gates = _gate.forward(images);
            var mixed = _perClass ? (gates.reshape(-1, _clients, _outputs) * logits).sum(1) : Mix(gates.softmax(1), logits);
            return mixed.MoveToOuterDisposeScope();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _gate.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
