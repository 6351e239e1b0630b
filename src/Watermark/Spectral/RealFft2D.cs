using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ResearchKit.Watermark;

/// <summary>
/// The two-dimensional discrete Fourier transform of a real matrix of any size, by libtorch. Forward is unscaled,
/// F(u,v) = sum_{x,y} a(x,y) e^{-2 pi i(ux/R + vy/C)}; the inverse has the factor 1/(R C). Only the columns v = 0..C/2 are kept, the
/// others are conjugates: F(-u,-v) = conj F(u,v).
/// </summary>
public static class RealFft2D
{
    /// <summary>Transforms a real matrix.</summary>
    /// <param name="image">R x C, float32 or float64, on any device; not changed.</param>
    /// <returns>R x (C/2+1), complex64 or complex128; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is not a real matrix with at least one element.</exception>
    public static Tensor Forward(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckMatrix(image, nameof(image), ScalarType.Float64, ScalarType.Float32, "float32 or float64");
        return fft.rfft2(image);
    }

    /// <summary>Transforms half a spectrum back.</summary>
    /// <param name="spectrum">R x (C/2+1), complex64 or complex128; not changed.</param>
    /// <param name="columns">C, which half the columns cannot tell: even or odd.</param>
    /// <returns>R x C, float32 or float64; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is not a complex matrix, or its columns are not C/2+1.</exception>
    public static Tensor Inverse(Tensor spectrum, int columns)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        CheckMatrix(spectrum, nameof(spectrum), ScalarType.ComplexFloat64, ScalarType.ComplexFloat32, "complex64 or complex128");
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (spectrum.shape[1] != (columns / 2) + 1)
        {
            throw new ArgumentException(
                $"A matrix of {columns} columns has a half spectrum of {(columns / 2) + 1} columns, not {spectrum.shape[1]}.",
                nameof(columns)
            );
        }
        return fft.irfft2(spectrum, s: [spectrum.shape[0], columns]);
    }

    /// <summary>Transforms a real matrix in double precision.</summary>
    /// <param name="image">R C values, row after row.</param>
    /// <param name="rows">R, at least 1.</param>
    /// <param name="columns">C, at least 1.</param>
    /// <param name="spectrum">Takes R (C/2+1) values, row after row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Forward(ReadOnlySpan<double> image, int rows, int columns, Span<Complex> spectrum) =>
        Forward(image, rows, columns, MemoryMarshal.Cast<Complex, double>(spectrum), ScalarType.Float64);

    /// <summary>Transforms a real matrix in single precision.</summary>
    /// <param name="image">R C values, row after row.</param>
    /// <param name="rows">R, at least 1.</param>
    /// <param name="columns">C, at least 1.</param>
    /// <param name="spectrum">Takes 2 R (C/2+1) values, row after row, real and imaginary parts alternating.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Forward(ReadOnlySpan<float> image, int rows, int columns, Span<float> spectrum) =>
        Forward(image, rows, columns, spectrum, ScalarType.Float32);

    /// <summary>Transforms half a spectrum back in double precision.</summary>
    /// <param name="spectrum">R (C/2+1) values, row after row.</param>
    /// <param name="rows">R, at least 1.</param>
    /// <param name="columns">C, at least 1.</param>
    /// <param name="image">Takes R C values, row after row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Inverse(ReadOnlySpan<Complex> spectrum, int rows, int columns, Span<double> image) =>
        Inverse(MemoryMarshal.Cast<Complex, double>(spectrum), rows, columns, image, ScalarType.ComplexFloat64);

    /// <summary>Transforms half a spectrum back in single precision.</summary>
    /// <param name="spectrum">2 R (C/2+1) values, row after row, real and imaginary parts alternating.</param>
    /// <param name="rows">R, at least 1.</param>
    /// <param name="columns">C, at least 1.</param>
    /// <param name="image">Takes R C values, row after row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Inverse(ReadOnlySpan<float> spectrum, int rows, int columns, Span<float> image) =>
        Inverse(spectrum, rows, columns, image, ScalarType.ComplexFloat32);

    private static void Forward<T>(ReadOnlySpan<T> image, int rows, int columns, Span<T> spectrum, ScalarType type)
        where T : unmanaged
    {
        CheckSizes(image.Length, spectrum.Length, rows, columns);
        Torch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        Tensor matrix = empty([rows, columns], dtype: type);
        Copy(image, matrix);
        Copy(Forward(matrix), spectrum);
    }

    private static void Inverse<T>(ReadOnlySpan<T> spectrum, int rows, int columns, Span<T> image, ScalarType type)
        where T : unmanaged
    {
        CheckSizes(image.Length, spectrum.Length, rows, columns);
        Torch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        Tensor half = empty([rows, (columns / 2) + 1], dtype: type);
        Copy(spectrum, half);
        Copy(Inverse(half, columns), image);
    }

    // Row by row: a view of a tensor cannot be longer than 2 GiB.
    private static void Copy<T>(ReadOnlySpan<T> from, Tensor to)
        where T : unmanaged
    {
        int width = from.Length / (int)to.shape[0];
        for (int row = 0; row < to.shape[0]; row++)
        {
            using Tensor view = to[row];
            from.Slice(row * width, width).CopyTo(MemoryMarshal.Cast<byte, T>(view.bytes));
        }
    }

    private static void Copy<T>(Tensor from, Span<T> to)
        where T : unmanaged
    {
        int width = to.Length / (int)from.shape[0];
        for (int row = 0; row < from.shape[0]; row++)
        {
            using Tensor view = from[row].contiguous();
            MemoryMarshal.Cast<byte, T>(view.bytes).CopyTo(to.Slice(row * width, width));
        }
    }

    private static void CheckSizes(int image, int spectrum, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        long half = 2L * rows * ((columns / 2) + 1);
        if (image != (long)rows * columns || spectrum != half)
        {
            throw new ArgumentException(
                $"A matrix of {rows} x {columns} has {(long)rows * columns} values and a half spectrum of {half} real numbers; given were {image} and {spectrum}."
            );
        }
    }

    private static void CheckMatrix(Tensor tensor, string name, ScalarType first, ScalarType second, string allowed)
    {
        if (tensor.dim() != 2 || tensor.numel() == 0 || (tensor.dtype != first && tensor.dtype != second))
        {
            throw new ArgumentException(
                $"The tensor is {tensor.dtype} of shape [{string.Join(", ", tensor.shape)}]; it must be a matrix of {allowed} with at least one element.",
                name
            );
        }
    }
}
