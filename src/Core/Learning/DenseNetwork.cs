using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using ResearchKit.Numerics;

namespace ResearchKit.Learning;

/// <summary>
/// A multi-layer perceptron on flat vectors in plain code, for networks so small that a tensor library spends its time on calls: thousands of nodes of a
/// simulation, aggregators of an ensemble, a router at work. It equals the torch module of the same layers to 1e-5. Immutable; one thread a workspace.
/// </summary>
/// <remarks>Parameters lie as in <see cref="Layout"/>: for each layer the weights, out x in, row-major, then the biases.</remarks>
public sealed class DenseNetwork
{
    private readonly DenseActivation _activation;

    /// <summary>A network.</summary>
    /// <param name="sizes">The inputs, the units of each hidden layer, the outputs: two numbers or more, each at least 1.</param>
    /// <param name="activation">What follows each layer but the last.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is below 1.</exception>
    public DenseNetwork(IReadOnlyList<int> sizes, DenseActivation activation = DenseActivation.Relu)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2 || sizes.Any(size => size < 1))
        {
            throw new ArgumentException(
                $"The sizes are [{string.Join(", ", sizes)}]; allowed are two or more, each at least 1.",
                nameof(sizes)
            );
        }
        Sizes = [.. sizes];
        _activation = activation;
        Layout = ParameterLayout.Create(
            Enumerable
                .Range(0, sizes.Count - 1)
                .SelectMany(i =>
                    new (string, IReadOnlyList<long>)[] { ($"{i}.weight", [Sizes[i + 1], Sizes[i]]), ($"{i}.bias", [Sizes[i + 1]]) }
                )
        );
    }

    /// <summary>The inputs, the units of each hidden layer, the outputs.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Where which parameter lies: <c>0.weight</c>, <c>0.bias</c>, <c>1.weight</c>, ...</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The number of parameters.</summary>
    public int ParameterCount => Layout.Length;

    /// <summary>Memory for batches of up to so many rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public DenseWorkspace CreateWorkspace(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return new(Sizes, capacity);
    }

    /// <summary>First parameters: U(+-1/sqrt(inputs of the layer)), as PyTorch's linear layers begin. Each tensor draws from a stream of its own name.</summary>
    public ParameterVector Initialize(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var vector = new ParameterVector(Layout);
        for (var layer = 0; layer < Sizes.Count - 1; layer++)
        {
            foreach (var name in (string[])[$"{layer}.weight", $"{layer}.bias"])
            {
                Initializers.Uniform(vector.Slice(name), Sizes[layer], random.Split(name));
            }
        }
        return vector;
    }

    /// <summary>The logits of rows.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputs">count x inputs values, row by row.</param>
    /// <param name="count">The rows, up to the workspace's capacity.</param>
    /// <param name="workspace">Keeps what <see cref="Backward"/> needs.</param>
    /// <param name="hidden">Sees, and may change, the values of each hidden layer; null: nobody.</param>
    /// <returns>count x outputs values, valid until the workspace is used again.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public ReadOnlySpan<float> Forward(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        int count,
        DenseWorkspace workspace,
        DenseLayerValues? hidden = null
    )
    {
        Check(parameters, inputs, count, workspace);
        var from = inputs;
        for (var layer = 0; layer < Sizes.Count - 1; layer++)
        {
            var units = Sizes[layer + 1];
            var weights = Weights(parameters, layer);
            var bias = Bias(parameters, layer);
            var to = workspace.Outputs[layer].AsSpan(0, count * units);
            DenseProducts.TimesTransposed(from, weights, bias, to, count);
            if (layer < Sizes.Count - 2)
            {
                Activate(to);
                hidden?.Invoke(layer, to);
            }
            from = to;
        }
        return from;
    }

    /// <summary>The gradient of the parameters, after <see cref="Forward"/> with the same arguments.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="logitGradients">count x outputs: the gradient of the loss by each logit.</param>
    /// <param name="gradient">Is set to the gradient, summed over the rows.</param>
    /// <param name="workspace">That of the forward pass.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Backward(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        int count,
        ReadOnlySpan<float> logitGradients,
        Span<float> gradient,
        DenseWorkspace workspace
    )
    {
        Check(parameters, inputs, count, workspace);
        Expect(gradient.Length, ParameterCount, nameof(gradient));
        Expect(logitGradients.Length, count * Sizes[^1], nameof(logitGradients));
        var last = Sizes.Count - 2;
        logitGradients.CopyTo(workspace.Gradients[last]);
        gradient.Clear();
        for (var layer = last; layer >= 0; layer--)
        {
            var width = Sizes[layer];
            var from = layer == 0 ? inputs : workspace.Outputs[layer - 1].AsSpan(0, count * width);
            var back = layer == 0 ? [] : workspace.Gradients[layer - 1].AsSpan(0, count * width);
            BackwardLayer(parameters, layer, count, from, workspace.Gradients[layer], gradient, back);
            if (layer > 0)
            {
                MultiplyBySlope(from, back);
            }
        }
    }

    /// <summary>
    /// The mean cross-entropy of labelled rows, and its gradient. Two or more outputs: softmax; one output: logistic, labels 0 and 1.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputs">labels.Length x inputs values.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="gradient">Is set to the gradient.</param>
    /// <param name="workspace">Memory for at least so many rows.</param>
    /// <exception cref="ArgumentException">A length does not fit, there is no row, or a label is no class.</exception>
    public double LossAndGradient(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<int> labels,
        Span<float> gradient,
        DenseWorkspace workspace
    )
    {
        var outputs = Sizes[^1];
        var classes = Math.Max(2, outputs);
        Forward(parameters, inputs, labels.Length, workspace);
        var logits = workspace.Outputs[^1].AsSpan(0, labels.Length * outputs);
        var loss = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
            {
                throw new ArgumentException($"Label {row} is {labels[row]}; allowed are 0 to {classes - 1}.", nameof(labels));
            }
            var own = logits.Slice(row * outputs, outputs);
            loss += SoftmaxLoss.ToGradient(own, labels[row], 1f / labels.Length);
        }
        Backward(parameters, inputs, labels.Length, logits, gradient, workspace);
        return loss / labels.Length;
    }

    /// <summary>
    /// <see cref="LossAndGradient"/> of many models or many batches at once: model m has its own rows; its parameters are its own, or all share one vector
    /// (clients that start a round together).
    /// </summary>
    /// <param name="parameters">models x parameters values, or the one vector that all share.</param>
    /// <param name="inputs">models x rows x inputs values; each model has equally many rows.</param>
    /// <param name="labels">models x rows.</param>
    /// <param name="gradients">models x parameters values: is set to each model's gradient.</param>
    /// <param name="losses">Takes each model's loss; its length is the number of models.</param>
    /// <param name="workspace">Memory for at least the rows of one model.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is no class.</exception>
    public void LossesAndGradients(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<int> labels,
        Span<float> gradients,
        Span<double> losses,
        DenseWorkspace workspace
    )
    {
        var models = losses.Length;
        if (models == 0 || labels.Length % models != 0)
        {
            throw new ArgumentException($"{labels.Length} labels are not equally many for each of {models} models.", nameof(labels));
        }
        var own = parameters.Length == ParameterCount ? 0 : ParameterCount;
        Expect(parameters.Length, own == 0 ? ParameterCount : models * ParameterCount, nameof(parameters));
        Expect(gradients.Length, models * ParameterCount, nameof(gradients));
        Expect(inputs.Length, labels.Length * Sizes[0], nameof(inputs));
        var rows = labels.Length / models;
        for (var model = 0; model < models; model++)
        {
            losses[model] = LossAndGradient(
                parameters.Slice(model * own, ParameterCount),
                inputs.Slice(model * rows * Sizes[0], rows * Sizes[0]),
                labels.Slice(model * rows, rows),
                gradients.Slice(model * ParameterCount, ParameterCount),
                workspace
            );
        }
    }

    /// <summary>One step of stochastic gradient descent, as PyTorch takes it: g += decay w; v = momentum v + g; w -= rate v. The gradient is used up.</summary>
    /// <param name="parameters">Is changed.</param>
    /// <param name="gradient">Holds what is subtracted afterwards.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="velocity">The momentum's memory, zero before the first step; empty where the momentum is 0.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <param name="weightDecay">0 or more.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a momentum has no memory.</exception>
    public static void SgdStep(
        Span<float> parameters,
        Span<float> gradient,
        double rate,
        Span<float> velocity = default,
        double momentum = 0,
        double weightDecay = 0
    )
    {
        Expect(gradient.Length, parameters.Length, nameof(gradient));
        if (weightDecay != 0)
        {
            TensorPrimitives.MultiplyAdd(parameters, (float)weightDecay, gradient, gradient);
        }
        if (momentum != 0)
        {
            Expect(velocity.Length, parameters.Length, nameof(velocity));
            TensorPrimitives.MultiplyAdd(velocity, (float)momentum, gradient, velocity);
            velocity.CopyTo(gradient);
        }
        TensorPrimitives.MultiplyAdd(gradient, -(float)rate, parameters, parameters);
    }

    private void BackwardLayer(
        ReadOnlySpan<float> parameters,
        int layer,
        int count,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> outputGradients,
        Span<float> gradient,
        Span<float> inputGradients
    )
    {
        var (width, units) = (Sizes[layer], Sizes[layer + 1]);
        var weights = Weights(parameters, layer);
        var weightGradient = gradient.Slice(Layout.Entries[2 * layer].Offset, width * units);
        var biasGradient = gradient.Slice(Layout.Entries[2 * layer + 1].Offset, units);
        for (var row = 0; row < count; row++)
        {
            TensorPrimitives.Add(biasGradient, outputGradients.Slice(row * units, units), biasGradient);
        }
        DenseProducts.AddProduct(outputGradients, 1, units, inputs, weightGradient, units, count);
        if (inputGradients.Length > 0)
        {
            inputGradients.Clear();
            DenseProducts.AddProduct(outputGradients, units, 1, weights, inputGradients, count, units);
        }
    }

    private void Activate(Span<float> values)
    {
        switch (_activation)
        {
            case DenseActivation.Relu:
                TensorPrimitives.Max(values, 0f, values);
                break;
            case DenseActivation.Tanh:
                TensorPrimitives.Tanh(values, values);
                break;
            default:
                TensorPrimitives.Sigmoid<float>(values, values);
                break;
        }
    }

    // By the value after the activation, which is all that is kept.
    private void MultiplyBySlope(ReadOnlySpan<float> values, Span<float> gradients)
    {
        switch (_activation)
        {
            case DenseActivation.Relu:
                KeepWherePositive(values, gradients);
                break;
            case DenseActivation.Tanh:
                for (var i = 0; i < values.Length; i++)
                {
                    gradients[i] *= 1 - (values[i] * values[i]);
                }
                break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    gradients[i] *= values[i] * (1 - values[i]);
                }
                break;
        }
    }

    // Half of the units, at random: a branch would be guessed wrong.
    private static void KeepWherePositive(ReadOnlySpan<float> values, Span<float> gradients)
    {
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var kept =
                Vector256.GreaterThan(Vector256.Create(values[i..]), Vector256<float>.Zero) & Vector256.Create<float>(gradients[i..]);
            kept.CopyTo(gradients[i..]);
        }
        for (; i < values.Length; i++)
        {
            gradients[i] = values[i] > 0 ? gradients[i] : 0;
        }
    }

    private ReadOnlySpan<float> Weights(ReadOnlySpan<float> parameters, int layer) =>
        parameters.Slice(Layout.Entries[2 * layer].Offset, Layout.Entries[2 * layer].Count);

    private ReadOnlySpan<float> Bias(ReadOnlySpan<float> parameters, int layer) =>
        parameters.Slice(Layout.Entries[2 * layer + 1].Offset, Layout.Entries[2 * layer + 1].Count);

    private void Check(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, int count, DenseWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Expect(parameters.Length, ParameterCount, nameof(parameters));
        if (count < 1 || count > workspace.Capacity)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The workspace takes 1 to {workspace.Capacity} rows.");
        }
        Expect(inputs.Length, count * Sizes[0], nameof(inputs));
        Expect(workspace.Outputs[^1].Length, workspace.Capacity * Sizes[^1], nameof(workspace));
    }

    private static void Expect(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} has {length} values; {expected} are needed.", name);
        }
    }
}
