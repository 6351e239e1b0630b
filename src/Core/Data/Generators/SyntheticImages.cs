using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Images whose classes are a few low-frequency prototypes: each plane of a prototype is a sum of cosine waves of random direction and phase. A row is a prototype of its
/// class, shifted around the edges, perhaps mirrored, with random contrast, plus Gaussian noise on each pixel. A client's style is a gain and a brightness for each plane.
/// </summary>
/// <remarks>
/// Like CIFAR-10 and CelebA it has: the shapes, translation and mirror invariance that augmentation and convolution exploit, several appearances of a class, pixel noise, and
/// cameras that differ between clients. It has not: edges, objects before backgrounds, similar classes, or the difficulty of real images: accuracies do not compare.
/// </remarks>
public sealed class SyntheticImages : LabeledGenerator
{
    private readonly SyntheticImagesOptions _options;
    private readonly RandomStream _styles;
    private readonly float[] _prototypes; // classes x prototypes x channels x height x width

    /// <summary>Draws a world.</summary>
    /// <param name="stream">Draws the prototypes; its split "style" gives the clients' styles.</param>
    /// <param name="options">The world; the defaults if null.</param>
    /// <exception cref="ArgumentException">The prototypes do not fit in one array.</exception>
    public SyntheticImages(RandomStream stream, SyntheticImagesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? SyntheticImagesOptions.Cifar;
        _styles = stream.Split("style");
        FeatureShape = [_options.Channels, _options.Height, _options.Width];
        int pixels = _options.Height * _options.Width;
        long planes = (long)_options.Classes * _options.Prototypes * _options.Channels;
        if (planes * pixels > Array.MaxLength)
            throw new ArgumentException($"{planes} planes of {pixels} pixels do not fit in one array.", nameof(options));
        _prototypes = new float[planes * pixels];
        for (int plane = 0; plane < planes; plane++)
            DrawPlane(_prototypes.AsSpan(plane * pixels, pixels), stream);
    }

    /// <inheritdoc/>
    public override int ClassCount => _options.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<int> FeatureShape { get; }

    /// <inheritdoc/>
    protected override RowSampler SamplerFor(int? client)
    {
        (int channels, int height, int width) = (_options.Channels, _options.Height, _options.Width);
        int pixels = height * width;
        (float Gain, float Brightness)[] style = StyleOf(client);
        var noise = new double[channels * pixels];
        return (label, features, stream) =>
        {
            int prototype = stream.NextInt(_options.Prototypes);
            int shiftX = stream.NextInt(2 * _options.MaxShift + 1) - _options.MaxShift;
            int shiftY = stream.NextInt(2 * _options.MaxShift + 1) - _options.MaxShift;
            bool flips = stream.NextBool(_options.FlipProbability);
            var contrast = (float)(1 + _options.ContrastSpread * (2 * stream.NextDouble() - 1));
            stream.FillGaussian(noise);
            ReadOnlySpan<float> planes = _prototypes.AsSpan(
                (label * _options.Prototypes + prototype) * channels * pixels,
                channels * pixels
            );
            for (int channel = 0, to = 0; channel < channels; channel++)
            {
                (float gain, float brightness) = style[channel];
                for (int y = 0; y < height; y++)
                {
                    ReadOnlySpan<float> row = planes.Slice(channel * pixels + Around(y - shiftY, height) * width, width);
                    for (int x = 0; x < width; x++, to++)
                    {
                        float value = row[Around((flips ? width - 1 - x : x) - shiftX, width)];
                        features[to] = gain * (contrast * value + (float)(_options.Noise * noise[to])) + brightness;
                    }
                }
            }
        };
    }

    private (float Gain, float Brightness)[] StyleOf(int? client)
    {
        var style = new (float Gain, float Brightness)[_options.Channels];
        RandomStream? stream = client is { } number ? _styles.Split(Invariant(number)) : null;
        foreach (ref (float Gain, float Brightness) plane in style.AsSpan())
        {
            plane = stream is null
                ? (1, 0)
                : (
                    (float)Math.Exp(0.5 * _options.StyleScale * stream.NextGaussian()),
                    (float)(_options.StyleScale * stream.NextGaussian())
                );
        }

        return style;
    }

    private void DrawPlane(Span<float> plane, RandomStream stream)
    {
        int highest = _options.HighestFrequency;
        for (int wave = 0; wave < _options.Waves; wave++)
        {
            // All directions except none: a constant would tell the classes apart by their brightness.
            int frequency = stream.NextInt((2 * highest + 1) * (2 * highest + 1) - 1);
            frequency += frequency >= 2 * highest * (highest + 1) ? 1 : 0;
            int along = frequency % (2 * highest + 1) - highest;
            int down = frequency / (2 * highest + 1) - highest;
            double phase = 2 * Math.PI * stream.NextDouble();
            for (int y = 0, to = 0; y < _options.Height; y++)
            {
                for (int x = 0; x < _options.Width; x++, to++)
                {
                    double angle = 2 * Math.PI * ((double)along * x / _options.Width + (double)down * y / _options.Height) + phase;
                    plane[to] += (float)(_options.Amplitude * Math.Cos(angle));
                }
            }
        }
    }

    private static int Around(int place, int length) => (place % length + length) % length;
}
