using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated;

/// <summary>Two 3 x 3 convolutions with normalisation, and a way around them: the input itself, or a 1 x 1 convolution where the shape changes.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _norm1;
    private readonly Conv2d _conv2;
    private readonly BatchNorm2d _norm2;
    private readonly Sequential? _shortcut;

    public ResidualBlock(int from, int to, int stride)
        : base(nameof(ResidualBlock))
    {
        _conv1 = nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false);
        _norm1 = nn.BatchNorm2d(to);
        _conv2 = nn.Conv2d(to, to, 3, padding: 1, bias: false);
        _norm2 = nn.BatchNorm2d(to);
        register_module("conv1", _conv1);
        register_module("bn1", _norm1);
        register_module("conv2", _conv2);
        register_module("bn2", _norm2);
        if (stride != 1 || from != to)
        {
            _shortcut = nn.Sequential(("0", nn.Conv2d(from, to, 1, stride: stride, bias: false)), ("1", nn.BatchNorm2d(to)));
            register_module("shortcut", _shortcut);
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = nn.functional.relu(_norm1.forward(_conv1.forward(x)));
        y = _norm2.forward(_conv2.forward(y));
        y = nn.functional.relu(y + (_shortcut is null ? x : _shortcut.forward(x)));
        return y.MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _conv1.Dispose();
            _norm1.Dispose();
            _conv2.Dispose();
            _norm2.Dispose();
            _shortcut?.Dispose();
        }
        base.Dispose(disposing);
    }
}
