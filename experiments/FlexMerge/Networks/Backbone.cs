using ResearchKit.Learning;
using ResearchKit.Numerics;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>A network from images to features, whose parameters are merged.</summary>
internal abstract class Backbone(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The length of a feature vector.</summary>
    public abstract int Width { get; }

    /// <summary>The names that options know.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp-small", "mlp", "vit-tiny", "cnn"];

    /// <summary>Makes a network, initialised from a stream.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Backbone Create(string name, RandomStream stream)
    {
        Backbone network = name switch
        {
            "mlp-small" => new ResidualMlp(96, 4),
            "mlp" => new ResidualMlp(192, 6),
            "vit-tiny" => new TinyVit(96, 4, 4),
            "cnn" => new SmallCnn(),
            _ => throw new ArgumentException($"There is no backbone '{name}'; there are {string.Join(", ", Names)}."),
        };
        Initializers.Initialize(network, stream);
        network.Scale();
        return network;
    }

    /// <summary>Changes initial values where the library's own are not meant.</summary>
    protected virtual void Scale() { }
}
