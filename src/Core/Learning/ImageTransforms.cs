using System.Buffers;
using ResearchKit.Numerics;

namespace ResearchKit.Learning;

/// <summary>Transforms one after another, for images of one shape. Immutable and safe to use from several threads, each with its own stream.</summary>
public sealed class ImageTransforms
{
    private readonly ImageTransform[] _transforms;
    private readonly ImageShape[] _shapes;
    private readonly int _largest;

    /// <summary>A sequence of transforms.</summary>
    /// <param name="input">The shape of the images.</param>
    /// <param name="transforms">What is done, in this order.</param>
    /// <exception cref="ArgumentException">The shape is empty, or a transform does not take what comes to it.</exception>
    public ImageTransforms(ImageShape input, params IReadOnlyList<ImageTransform> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        if (input.Channels < 1 || input.Height < 1 || input.Width < 1)
        {
            throw new ArgumentException($"{input} is no shape of an image; each number is at least 1.", nameof(input));
        }
        _transforms = [.. transforms];
        _shapes = new ImageShape[transforms.Count + 1];
        _shapes[0] = input;
        for (var i = 0; i < transforms.Count; i++)
        {
            _shapes[i + 1] = transforms[i].OutputShape(_shapes[i]);
        }
        _largest = _shapes.Max(shape => shape.Length);
    }

    /// <summary>The shape of the images.</summary>
    public ImageShape Input => _shapes[0];

    /// <summary>The shape of the results.</summary>
    public ImageShape Output => _shapes[^1];

    /// <summary>Transforms one image.</summary>
    /// <param name="image">Of the shape <see cref="Input"/>.</param>
    /// <param name="result">Of the shape <see cref="Output"/>; does not overlap the image.</param>
    /// <param name="random">What is random comes from here, in the order of the transforms.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Apply(ReadOnlySpan<float> image, Span<float> result, RandomStream random) => ApplyToBatch(image, result, 1, random);

    /// <summary>Transforms images one after another; see <see cref="Apply"/>.</summary>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void ApplyToBatch(ReadOnlySpan<float> images, Span<float> results, int count, RandomStream random)
    {
        if (images.Length != count * Input.Length || results.Length != count * Output.Length)
        {
            throw new ArgumentException(
                $"{count} images of {Input} and {Output} have {count * Input.Length} and {count * Output.Length} values; given are {images.Length} and {results.Length}."
            );
        }
        var buffer = ArrayPool<float>.Shared.Rent(2 * _largest);
        try
        {
            for (var i = 0; i < count; i++)
            {
                ApplyOne(images.Slice(i * Input.Length, Input.Length), results.Slice(i * Output.Length, Output.Length), buffer, random);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    internal int OutputLength(int featureLength) =>
        featureLength == Input.Length
            ? Output.Length
            : throw new ArgumentException($"The transforms take images of {Input}, {Input.Length} values; a row has {featureLength}.");

    private void ApplyOne(ReadOnlySpan<float> image, Span<float> result, Span<float> buffer, RandomStream random)
    {
        if (_transforms.Length == 0)
        {
            image.CopyTo(result);
            return;
        }
        var from = image;
        for (var i = 0; i < _transforms.Length; i++)
        {
            var to = i == _transforms.Length - 1 ? result : buffer.Slice(i % 2 * _largest, _shapes[i + 1].Length);
            _transforms[i].Apply(from, _shapes[i], to, random);
            from = to;
        }
    }
}
