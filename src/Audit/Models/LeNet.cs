using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Audit;

/// <summary>
/// The audit's network for faces (arXiv:2505.04796, section 5.1): three times a 5x5 convolution, group normalisation (2 groups), ReLU and 2x2 maximum, 3 to 32 to 32 to 64 channels, then one linear layer; 81,634 parameters.
/// Takes n x 3 x 32 x 32, gives n x 2 logits.
/// </summary>
public sealed class LeNet : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Conv2d conv3;
    private readonly GroupNorm norm1;
    private readonly GroupNorm norm2;
    private readonly GroupNorm norm3;
    private readonly Linear classify;

    /// <summary>A network with initial weights.</summary>
    /// <param name="random">Draws them.</param>
    public LeNet(RandomStream random)
        : base("LeNet")
    {
        ArgumentNullException.ThrowIfNull(random);
        Torch.EnsureLoaded();
        conv1 = nn.Conv2d(3, 32, 5, padding: 2);
        conv2 = nn.Conv2d(32, 32, 5, padding: 2);
        conv3 = nn.Conv2d(32, 64, 5, padding: 2);
        norm1 = nn.GroupNorm(2, 32);
        norm2 = nn.GroupNorm(2, 32);
        norm3 = nn.GroupNorm(2, 64);
        classify = nn.Linear(64 * 4 * 4, 2);
        RegisterComponents();
        Initializers.Initialize(this, random);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Stage(input, conv1, norm1);
        x = Stage(x, conv2, norm2);
        x = Stage(x, conv3, norm3);
        return classify.call(x.flatten(1)).MoveToOuterDisposeScope();
    }

    private static Tensor Stage(Tensor x, Conv2d conv, GroupNorm norm) =>
        nn.functional.max_pool2d(nn.functional.relu(norm.call(conv.call(x))), 2);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (IDisposable part in new IDisposable[] { conv1, conv2, conv3, norm1, norm2, norm3, classify })
            {
                part.Dispose();
            }
        }
        base.Dispose(disposing);
    }
}
