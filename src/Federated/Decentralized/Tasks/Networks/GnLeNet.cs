using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The network for CIFAR-10, 3 x 32 x 32: three convolutions with group normalisation (Hsieh et al., arXiv:1910.00189), 85,354 parameters. The first block pools, then normalises; the others normalise, then pool. Gives
/// log-probabilities.
/// </summary>
public sealed class GnLeNet : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _features;
    private readonly Sequential _classifier;

    /// <summary>A network.</summary>
    /// <param name="classes">The classes.</param>
    public GnLeNet(int classes = 10)
        : base(nameof(GnLeNet))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _features = nn.Sequential(
            ("0", nn.Conv2d(3, 32, 5, padding: 2)),
            ("1", nn.MaxPool2d(3, 2)),
            ("2", nn.GroupNorm(2, 32)),
            ("3", nn.ReLU()),
            ("4", nn.Conv2d(32, 32, 5, padding: 2)),
            ("5", nn.GroupNorm(2, 32)),
            ("6", nn.MaxPool2d(3, 2)),
            ("7", nn.ReLU()),
            ("8", nn.Conv2d(32, 64, 5, padding: 2)),
            ("9", nn.GroupNorm(2, 64)),
            ("10", nn.MaxPool2d(3, 2)),
            ("11", nn.ReLU())
        );
        _classifier = nn.Sequential(("0", nn.Linear(576, classes)));
        register_module("features", _features);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using Tensor features = _features.forward(input);
        using Tensor flat = features.flatten(1);
        using Tensor logits = _classifier.forward(flat);
        return nn.functional.log_softmax(logits, 1);
    }
}
