using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The network for CelebA, 3 x 84 x 84 (LEAF, arXiv:1812.01097): four convolutions of 32 channels, each pooled and rectified; 30,242 parameters. Gives logits.</summary>
public sealed class CelebaCnn : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d[] _convolutions;
    private readonly Linear _linear;

    /// <summary>A network.</summary>
    /// <param name="classes">The classes.</param>
    public CelebaCnn(int classes = 2)
        : base(nameof(CelebaCnn))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _convolutions = [.. Enumerable.Range(0, 4).Select(i => nn.Conv2d(i == 0 ? 3 : 32, 32, 3, padding: 1))];
        _linear = nn.Linear(800, classes);
        foreach ((int i, Conv2d convolution) in _convolutions.Index())
        {
            register_module(FormattableString.Invariant($"conv{i + 1}"), convolution);
        }

        register_module("fc1", _linear);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor values = input.alias();
        foreach (Conv2d convolution in _convolutions)
        {
            using Tensor convolved = convolution.forward(values);
            using Tensor pooled = nn.functional.max_pool2d(convolved, 2);
            values.Dispose();
            values = nn.functional.relu(pooled);
        }

        using Tensor flat = values.flatten(1);
        values.Dispose();
        return _linear.forward(flat);
    }
}
