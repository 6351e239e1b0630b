using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>A small vision transformer: 16 patches of 7 x 7, pre-norm layers, the mean over patches.</summary>
internal sealed class TinyVit : Backbone
{
    private const int Patch = 7;
    private const int Grid = 4;

    private readonly Linear embed;
    private readonly Embedding pos;
    private readonly ModuleList<Layer> layers = new();
    private readonly LayerNorm ln_post;

    public TinyVit(int width, int depth, int heads)
        : base("vit")
    {
        Width = width;
        embed = nn.Linear(Patch * Patch, width);
        pos = nn.Embedding(Grid * Grid, width);
        for (int i = 0; i < depth; i++)
        {
            layers.Add(new Layer(width, heads));
        }
        ln_post = nn.LayerNorm(width);
        RegisterComponents();
    }

    public override int Width { get; }

    protected override void Scale()
    {
        using var noGrad = no_grad();
        using Tensor weight = pos.weight!.detach();
        weight.mul_(0.02);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long count = input.shape[0];
        Tensor patches = input.reshape(count, Grid, Patch, Grid, Patch).permute(0, 1, 3, 2, 4).reshape(count, Grid * Grid, Patch * Patch);
        Tensor x = embed.forward(patches).add(pos.weight!);
        foreach (Layer layer in layers)
        {
            x = layer.forward(x);
        }
        return ln_post.forward(x).mean([1]).MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm ln_1;
        private readonly Attention attn;
        private readonly LayerNorm ln_2;
        private readonly FeedForward mlp;

        public Layer(int width, int heads)
            : base("layer")
        {
            ln_1 = nn.LayerNorm(width);
            attn = new Attention(width, heads);
            ln_2 = nn.LayerNorm(width);
            mlp = new FeedForward(width, 2 * width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor x = input.add(attn.forward(ln_1.forward(input)));
            return x.add(mlp.forward(ln_2.forward(x))).MoveToOuterDisposeScope();
        }
    }

    private sealed class Attention : nn.Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly Linear in_proj;
        private readonly Linear out_proj;

        public Attention(int width, int heads)
            : base("attention")
        {
            _heads = heads;
            in_proj = nn.Linear(width, 3 * width);
            out_proj = nn.Linear(width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            (long count, long tokens, long width) = (input.shape[0], input.shape[1], input.shape[2]);
            Tensor[] parts = in_proj.forward(input).reshape(count, tokens, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
            Tensor mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
            return out_proj.forward(mixed.transpose(1, 2).reshape(count, tokens, width)).MoveToOuterDisposeScope();
        }
    }
}
