using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Four convolutions with group norms, which keep no running statistics that merging would have to average.</summary>
internal sealed class SmallCnn : Backbone
{
    private static readonly int[] Channels = [32, 64, 128, 128];

    private readonly ModuleList<Layer> layers = new();

    public SmallCnn()
        : base("cnn")
    {
        for (int i = 0; i < Channels.Length; i++)
        {
            layers.Add(new Layer(i == 0 ? 1 : Channels[i - 1], Channels[i], i is 1 or 2 ? 2 : 1));
        }
        RegisterComponents();
    }

    public override int Width => Channels[^1];

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = input.reshape(input.shape[0], 1, 28, 28);
        foreach (Layer layer in layers)
        {
            x = layer.forward(x);
        }
        return x.mean([2, 3]).MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly GroupNorm norm;

        public Layer(int from, int to, int stride)
            : base("layer")
        {
            conv = nn.Conv2d(from, to, 3, stride: stride, padding: 1);
            norm = nn.GroupNorm(8, to);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return nn.functional.relu(norm.forward(conv.forward(input))).MoveToOuterDisposeScope();
        }
    }
}
