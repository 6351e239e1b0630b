using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>A multi-layer perceptron as a <see cref="IFlatModel"/>.</summary>
/// <param name="network">The network.</param>
public sealed class DenseModel(DenseNetwork network) : IFlatModel
{
    /// <summary>A perceptron of given sizes.</summary>
    /// <param name="sizes">Inputs, hidden units, outputs.</param>
    public DenseModel(params IReadOnlyList<int> sizes)
        : this(new DenseNetwork(sizes)) { }

    /// <summary>The network.</summary>
    public DenseNetwork Network => network;

    /// <inheritdoc/>
    public int Inputs => network.Sizes[0];

    /// <inheritdoc/>
    public int Outputs => network.Sizes[^1];

    /// <inheritdoc/>
    public ParameterLayout Layout => network.Layout;

    /// <inheritdoc/>
    public ParameterVector Initialize(RandomStream random) => network.Initialize(random);

    /// <inheritdoc/>
    public FlatPass CreatePass(int capacity) => new Pass(network, network.CreateWorkspace(capacity));

    private sealed class Pass(DenseNetwork network, DenseWorkspace workspace) : FlatPass
    {
        public override ReadOnlySpan<float> Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, int count) =>
            network.Forward(parameters, inputs, count, workspace);

        public override void Backward(
            ReadOnlySpan<float> parameters,
            ReadOnlySpan<float> inputs,
            int count,
            ReadOnlySpan<float> logitGradients,
            Span<float> gradient
        ) => network.Backward(parameters, inputs, count, logitGradients, gradient, workspace);
    }
}
