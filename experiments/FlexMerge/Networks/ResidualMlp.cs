using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Pixels to a width, then layers of norm, two linear maps and a residual; a norm at the end.</summary>
internal sealed class ResidualMlp : Backbone
{
    private readonly Linear embed;
    private readonly ModuleList<Layer> layers = new();
    private readonly LayerNorm ln_post;

    public ResidualMlp(int width, int depth)
        : base("mlp")
    {
        Width = width;
        embed = nn.Linear(ImageTask.Pixels, width);
        for (int i = 0; i < depth; i++)
        {
            layers.Add(new Layer(width));
        }
        ln_post = nn.LayerNorm(width);
        RegisterComponents();
    }

    public override int Width { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = embed.forward(input);
        foreach (Layer layer in layers)
        {
            x = layer.forward(x);
        }
        return ln_post.forward(x).MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm ln;
        private readonly FeedForward mlp;

        public Layer(int width)
            : base("layer")
        {
            ln = nn.LayerNorm(width);
            mlp = new FeedForward(width, 2 * width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return input.add(mlp.forward(ln.forward(input))).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>Linear, GELU, linear.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear c_fc;
    private readonly Linear c_proj;

    public FeedForward(int width, int inner)
        : base("mlp")
    {
        c_fc = nn.Linear(width, inner);
        c_proj = nn.Linear(inner, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return c_proj.forward(nn.functional.gelu(c_fc.forward(input))).MoveToOuterDisposeScope();
    }
}
