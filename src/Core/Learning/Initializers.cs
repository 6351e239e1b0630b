using ResearchKit.Numerics;
using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Learning;

/// <summary>First values of weights, drawn from a <see cref="RandomStream"/>: torch's own initialisers draw from a generator that all threads share.</summary>
public static class Initializers
{
    /// <summary>U(-1/sqrt(fanIn), 1/sqrt(fanIn)): what PyTorch's linear and convolution layers begin with, weights and biases.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fanIn"/> is below 1.</exception>
    public static void Uniform(Span<float> values, long fanIn, RandomStream random) =>
        FillUniform(values, 1 / Math.Sqrt(Fan(fanIn)), random);

    /// <summary>Kaiming (He) uniform: U(+-sqrt(6/fanIn)), for layers before a ReLU.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fanIn"/> is below 1.</exception>
    public static void KaimingUniform(Span<float> values, long fanIn, RandomStream random) =>
        FillUniform(values, Math.Sqrt(6 / Fan(fanIn)), random);

    /// <summary>Kaiming (He) normal: N(0, 2/fanIn), for layers before a ReLU.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fanIn"/> is below 1.</exception>
    public static void KaimingNormal(Span<float> values, long fanIn, RandomStream random) =>
        FillNormal(values, Math.Sqrt(2 / Fan(fanIn)), random);

    /// <summary>Xavier (Glorot) uniform: U(+-sqrt(6/(fanIn + fanOut))).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fan is below 1.</exception>
    public static void XavierUniform(Span<float> values, long fanIn, long fanOut, RandomStream random) =>
        FillUniform(values, Math.Sqrt(6 / (Fan(fanIn) + Fan(fanOut))), random);

    /// <summary>Xavier (Glorot) normal: N(0, 2/(fanIn + fanOut)).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fan is below 1.</exception>
    public static void XavierNormal(Span<float> values, long fanIn, long fanOut, RandomStream random) =>
        FillNormal(values, Math.Sqrt(2 / (Fan(fanIn) + Fan(fanOut))), random);

    /// <summary>The fans of a weight by PyTorch's rule: dimension 1 times the receptive field in, dimension 0 times it out.</summary>
    /// <exception cref="ArgumentException">The shape has fewer than two dimensions.</exception>
    public static (long FanIn, long FanOut) Fans(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Count < 2)
        {
            throw new ArgumentException($"A shape of {shape.Count} dimensions has no fans; it takes two or more.", nameof(shape));
        }
        var field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        return (shape[1] * field, shape[0] * field);
    }

    /// <summary>
    /// Initialises a module as PyTorch does, from a stream: linear and convolution layers U(+-1/sqrt(fanIn)), embeddings N(0, 1), normalisations one and zero. Each
    /// tensor draws from a stream of its own name, so that a layer more changes nothing in the others.
    /// </summary>
    /// <exception cref="ArgumentException">A layer with parameters is of none of these kinds; the message names it. Initialise it by hand.</exception>
    public static void Initialize(torch.nn.Module module, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(random);
        foreach (var (name, layer) in module.named_modules().Prepend(("", module)))
        {
            var own = layer.named_parameters(recurse: false).ToList();
            var weightShape = own.FirstOrDefault(parameter => parameter.name == "weight").parameter?.shape ?? [];
            foreach (var (parameter, tensor) in own)
            {
                var path = name.Length == 0 ? parameter : $"{name}.{parameter}";
                var values = new float[tensor.numel()];
                switch (layer)
                {
                    case Linear or Convolution when weightShape.Length >= 2:
                        Uniform(values, Fans(weightShape).FanIn, random.Split(path));
                        break;
                    case Embedding:
                        FillNormal(values, 1, random.Split(path));
                        break;
                    case NormBase or LayerNorm or GroupNorm:
                        values.AsSpan().Fill(parameter == "weight" ? 1 : 0);
                        break;
                    default:
                        throw new ArgumentException($"No initialiser is known for {path} of {layer.GetType().Name}.", nameof(module));
                }
                Set(tensor, values);
            }
        }
    }

    private static void Set(torch.Tensor tensor, float[] values)
    {
        using var noGrad = torch.no_grad();
        using var detached = tensor.detach();
        using var flat = torch.tensor(values);
        using var shaped = flat.reshape(tensor.shape);
        detached.copy_(shaped);
    }

    private static double Fan(long fan) =>
        fan >= 1 ? fan : throw new ArgumentOutOfRangeException(nameof(fan), fan, "A fan is the number of connections, at least 1.");

    private static void FillUniform(Span<float> values, double bound, RandomStream random)
    {
        foreach (ref var value in values)
        {
            value = (float)((2 * random.NextDouble() - 1) * bound);
        }
    }

    private static void FillNormal(Span<float> values, double deviation, RandomStream random)
    {
        foreach (ref var value in values)
        {
            value = (float)(random.NextGaussian() * deviation);
        }
    }
}
