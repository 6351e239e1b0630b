using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>
/// W2 relu(W1 z + b1) + b2 with M d hidden units: the neural network of FENS (arXiv:2411.07182, Figure 8). With one logit a client the paper's code puts a
/// sigmoid between the layers.
/// </summary>
/// <param name="depth">d, hidden units a client, at least 1 (default 2).</param>
public sealed class MlpAggregator(int depth = 2) : ITrainableAggregator
{
    private readonly int _depth =
        depth >= 1
            ? depth
            : throw new ArgumentOutOfRangeException(nameof(depth), depth, $"The hidden units a client are {depth}; allowed is at least 1.");

    /// <inheritdoc/>
    public string Name => "mlp";

    /// <summary>What lies between the layers; null (the default): a rectifier, or a sigmoid with one logit a client.</summary>
    public DenseActivation? Activation { get; init; }

    /// <inheritdoc/>
    public IClientModel CreateModel(int clients, int outputs, IReadOnlyList<int> inputs) =>
        new FlatClientModel(
            new DenseModel(
                new DenseNetwork(
                    [clients * outputs, clients * _depth, outputs],
                    Activation ?? (outputs == 1 ? DenseActivation.Sigmoid : DenseActivation.Relu)
                )
            )
        );
}
