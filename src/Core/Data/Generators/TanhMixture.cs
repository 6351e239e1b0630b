using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Classes that are mixtures of Gaussians in a small latent space, seen through a random layer: x = tanh(z W + b), z ~ N(centre of one of the class's modes, noise^2 I),
/// centres N(0, scale^2), W ~ N(0, 1 / latent dimension), b ~ N(0, bias scale^2). The small task of the simulation of decentralised learning.
/// </summary>
/// <remarks>
/// Like image classification of the papers (CIFAR-10, FEMNIST) it has: ten classes that no linear model separates, an accuracy that rises over many rounds, and label skew
/// on request. It has not: spatial structure, overlap that grows with the number of classes as in real images, feature shift between clients (a client's style is none).
/// </remarks>
public sealed class TanhMixture : LabeledGenerator
{
    private readonly TanhMixtureOptions _options;
    private readonly double[] _centres; // classes x modes x latent
    private readonly double[] _weights; // latent x features
    private readonly double[] _biases;

    /// <summary>Draws a world.</summary>
    /// <param name="stream">Draws centres, weights and biases, in this order.</param>
    /// <param name="options">The world; the defaults if null.</param>
    public TanhMixture(RandomStream stream, TanhMixtureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? new TanhMixtureOptions();
        _centres = Gaussians(stream, _options.Classes * _options.Modes * _options.LatentDimension, _options.CentreScale);
        _weights = Gaussians(stream, _options.LatentDimension * _options.Features, 1 / Math.Sqrt(_options.LatentDimension));
        _biases = Gaussians(stream, _options.Features, _options.BiasScale);
        FeatureShape = [_options.Features];
    }

    /// <inheritdoc/>
    public override int ClassCount => _options.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<int> FeatureShape { get; }

    /// <inheritdoc/>
    protected override RowSampler SamplerFor(int? client)
    {
        int latent = _options.LatentDimension;
        var z = new double[latent];
        var sums = new double[_options.Features];
        return (label, features, stream) =>
        {
            int mode = stream.NextInt(_options.Modes);
            stream.FillGaussian(z);
            _biases.CopyTo(sums, 0);
            ReadOnlySpan<double> centre = _centres.AsSpan((label * _options.Modes + mode) * latent, latent);
            for (int i = 0; i < latent; i++)
            {
                double value = centre[i] + _options.LatentNoise * z[i];
                ReadOnlySpan<double> weights = _weights.AsSpan(i * sums.Length, sums.Length);
                for (int j = 0; j < sums.Length; j++)
                    sums[j] += value * weights[j];
            }

            for (int j = 0; j < sums.Length; j++)
                features[j] = (float)Math.Tanh(sums[j]);
        };
    }

    private static double[] Gaussians(RandomStream stream, int count, double scale)
    {
        var values = new double[count];
        stream.FillGaussian(values);
        foreach (ref double value in values.AsSpan())
            value *= scale;
        return values;
    }
}
