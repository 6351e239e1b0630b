using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The network for FEMNIST, 1 x 28 x 28 (LEAF, arXiv:1812.01097): two convolutions, a hidden layer of 512; 1,690,046 parameters. Gives logits.</summary>
public sealed class FemnistCnn : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _first;
    private readonly Conv2d _second;
    private readonly Linear _hidden;
    private readonly Linear _output;

    /// <summary>A network.</summary>
    /// <param name="classes">The classes.</param>
    public FemnistCnn(int classes = 62)
        : base(nameof(FemnistCnn))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _first = nn.Conv2d(1, 32, 5, padding: 2);
        _second = nn.Conv2d(32, 64, 5, padding: 2);
        _hidden = nn.Linear(3136, 512);
        _output = nn.Linear(512, classes);
        register_module("conv1", _first);
        register_module("conv2", _second);
        register_module("fc1", _hidden);
        register_module("fc2", _output);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using Tensor a = Block(_first, input);
        using Tensor b = Block(_second, a);
        using Tensor flat = b.flatten(1);
        using Tensor hidden = _hidden.forward(flat);
        using Tensor rectified = nn.functional.relu(hidden);
        return _output.forward(rectified);
    }

    private static Tensor Block(Conv2d convolution, Tensor input)
    {
        using Tensor convolved = convolution.forward(input);
        using Tensor rectified = nn.functional.relu(convolved);
        return nn.functional.max_pool2d(rectified, 2);
    }
}
