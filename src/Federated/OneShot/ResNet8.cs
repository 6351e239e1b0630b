using ResearchKit.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated;

/// <summary>
/// The network of FENS for images of 3 x 32 x 32 (arXiv:2411.07182, taken there from FedKD): a convolution and three residual blocks of 128, 256 and 512 channels, the last two
/// with stride 2, average pooling of 4, one linear layer. Narrower ones keep the proportions.
/// </summary>
public sealed class ResNet8 : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _norm;
    private readonly Sequential _layer1;
    private readonly Sequential _layer2;
    private readonly Sequential _layer3;
    private readonly Linear _linear;

    /// <summary>A network.</summary>
    /// <param name="classes">K.</param>
    /// <param name="width">The channels of the first block (default 128); the others have twice and four times as many.</param>
    public ResNet8(int classes, int width = 128)
        : base(nameof(ResNet8))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _conv = nn.Conv2d(3, width, 3, padding: 1, bias: false);
        _norm = nn.BatchNorm2d(width);
        _layer1 = nn.Sequential(("0", new ResidualBlock(width, width, 1)));
        _layer2 = nn.Sequential(("0", new ResidualBlock(width, 2 * width, 2)));
        _layer3 = nn.Sequential(("0", new ResidualBlock(2 * width, 4 * width, 2)));
        _linear = nn.Linear(16 * width, classes);
        register_module("conv1", _conv);
        register_module("bn1", _norm);
        register_module("layer1", _layer1);
        register_module("layer2", _layer2);
        register_module("layer3", _layer3);
        register_module("linear1", _linear);
    }

    /// <summary>
    /// The parameters by name and shape, without making a module. The published class has a second head and an embedding that no loss reaches: they get no gradient, so they never
    /// travel, but they count where parameters are counted.
    /// </summary>
    /// <param name="classes">K.</param>
    /// <param name="width">The channels of the first block.</param>
    /// <param name="withUnused">Whether the second head and the embedding are listed.</param>
    public static ParameterLayout LayoutOf(int classes, int width = 128, bool withUnused = false)
    {
        List<(string, IReadOnlyList<long>)> shapes = [("conv1.weight", [width, 3, 3, 3]), .. Norm("bn1", width)];
        foreach (var (layer, from, to) in ((int, long, long)[])[(1, width, width), (2, width, 2 * width), (3, 2 * width, 4 * width)])
        {
            var name = $"layer{layer}.0";
            shapes.Add(($"{name}.conv1.weight", [to, from, 3, 3]));
            shapes.AddRange(Norm($"{name}.bn1", to));
            shapes.Add(($"{name}.conv2.weight", [to, to, 3, 3]));
            shapes.AddRange(Norm($"{name}.bn2", to));
            if (layer > 1)
            {
                shapes.Add(($"{name}.shortcut.0.weight", [to, from, 1, 1]));
                shapes.AddRange(Norm($"{name}.shortcut.1", to));
            }
        }
        shapes.AddRange([("linear1.weight", [classes, 16 * width]), ("linear1.bias", [classes])]);
        if (withUnused)
        {
            shapes.AddRange([("linear2.weight", [classes, 16 * width]), ("linear2.bias", [classes]), ("emb.weight", [classes, classes])]);
        }
        return ParameterLayout.Create(shapes);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.relu(_norm.forward(_conv.forward(images)));
        x = _layer3.forward(_layer2.forward(_layer1.forward(x)));
        x = nn.functional.avg_pool2d(x, 4).flatten(1);
        return _linear.forward(x).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _conv.Dispose();
            _norm.Dispose();
            _layer1.Dispose();
            _layer2.Dispose();
            _layer3.Dispose();
            _linear.Dispose();
        }
        base.Dispose(disposing);
    }

    private static IEnumerable<(string, IReadOnlyList<long>)> Norm(string name, long channels) =>
        [($"{name}.weight", [channels]), ($"{name}.bias", [channels])];
}
