using ResearchKit.Numerics;
using static TorchSharp.torch;

namespace ResearchKit.Federated;

/// <summary>Dense networks as torch modules, for methods that need gradients by the input or train a generator.</summary>
internal static class TorchDense
{
    /// <summary>The module of a plain-code network with rectified hidden layers.</summary>
    public static nn.Module<Tensor, Tensor> Of(DenseModel model)
    {
        Torch.EnsureLoaded();
        var sizes = model.Network.Sizes;
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (var layer = 0; layer < sizes.Count - 1; layer++)
        {
            layers.Add((FormattableString.Invariant($"{layer}"), nn.Linear(sizes[layer], sizes[layer + 1])));
            if (layer < sizes.Count - 2)
            {
                layers.Add((FormattableString.Invariant($"relu{layer}"), nn.ReLU()));
            }
        }
        return nn.Sequential(layers);
    }

    /// <summary>Copies parameters into such a module: the names are the same.</summary>
    public static void CopyTo(ParameterVector parameters, nn.Module module)
    {
        var layout = ParameterLayout.Of(module);
        new ParameterVector(layout, parameters.Values.ToArray()).CopyTo(module);
    }

    /// <summary>Copies parameters out of such a module.</summary>
    public static void CopyFrom(ParameterVector parameters, nn.Module module)
    {
        var copy = new ParameterVector(ParameterLayout.Of(module));
        copy.CopyFrom(module);
        copy.Values.CopyTo(parameters.Values);
    }

    /// <summary>Noise to rows of a range: linear, normalisation, leaky rectifier, linear, sigmoid.</summary>
    public static nn.Module<Tensor, Tensor> Generator(int noise, int units, int features, (double Low, double High) range) =>
        new Scaled(
            nn.Sequential(
                ("fc1", nn.Linear(noise, units)),
                ("norm", nn.BatchNorm1d(units)),
                ("leaky", nn.LeakyReLU(0.2)),
                ("fc2", nn.Linear(units, features)),
                ("sigmoid", nn.Sigmoid())
            ),
            range
        );

    private sealed class Scaled : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;
        private readonly (double Low, double High) _range;

        public Scaled(nn.Module<Tensor, Tensor> inner, (double Low, double High) range)
            : base(nameof(Scaled))
        {
            (_inner, _range) = (inner, range);
            register_module("inner", inner);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (_inner.forward(input) * (_range.High - _range.Low) + _range.Low).MoveToOuterDisposeScope();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
