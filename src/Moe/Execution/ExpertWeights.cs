using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// The weights of an expert as one piece of memory, so that fetching is one copy: [matrices x h, d], the matrices W1 and W2^T (ReLU) or Wg, Wu and Wd^T (SwiGLU) one below the other, none with a bias. A slice of the
/// hidden width is then a range of rows of each.
/// </summary>
public sealed class ExpertWeights : IDisposable
{
    private readonly torch.Tensor[] _matrices;

    /// <summary>Takes over a tensor.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="values">[matrices x h, d], contiguous; owned by the weights from now on.</param>
    /// <exception cref="ArgumentException">The tensor has another shape, is not contiguous, or neither float32 nor float64.</exception>
    public ExpertWeights(ExpertShape shape, torch.Tensor values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        if (
            values.shape is not [var rows, var width]
            || rows != (long)shape.Matrices * shape.HiddenWidth
            || width != shape.ModelWidth
            || !values.is_contiguous()
            || values.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64)
        )
        {
            throw new ArgumentException(
                $"An expert of {shape.Matrices} matrices, h = {shape.HiddenWidth} and d = {shape.ModelWidth} is contiguous, "
                    + $"[{shape.Matrices * shape.HiddenWidth}, {shape.ModelWidth}] of float32 or float64, not [{string.Join(", ", values.shape)}] of {values.dtype}.",
                nameof(values)
            );
        }

        (Shape, Values) = (shape, values);
        _matrices =
        [
            .. Enumerable
                .Range(0, shape.Matrices)
                .Select(i => values.narrow(0, (long)i * shape.HiddenWidth, shape.HiddenWidth).DetachFromDisposeScope()),
        ];
    }

    /// <summary>The shape.</summary>
    public ExpertShape Shape { get; }

    /// <summary>All numbers, [matrices x h, d].</summary>
    public torch.Tensor Values { get; }

    /// <summary>The expert whose weights these are; -1 while they are being replaced.</summary>
    internal int Expert { get; set; } = -1;

    /// <summary>Room for an expert; the numbers are undefined.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">float32 or float64.</param>
    public static ExpertWeights Empty(ExpertShape shape, torch.ScalarType type = torch.ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Torch.EnsureLoaded();
        return new(shape, torch.empty([(long)shape.Matrices * shape.HiddenWidth, shape.ModelWidth], dtype: type).DetachFromDisposeScope());
    }

    /// <summary>Random weights, uniform as a linear layer's.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="stream">Draws.</param>
    /// <param name="type">float32 or float64.</param>
    public static ExpertWeights Random(ExpertShape shape, RandomStream stream, torch.ScalarType type = torch.ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(stream);
        Torch.EnsureLoaded();
        float[] values = new float[shape.Parameters];
        int matrix = shape.HiddenWidth * shape.ModelWidth;
        for (int i = 0; i < shape.Matrices; i++)
        {
            long fanIn = i == shape.Matrices - 1 ? shape.HiddenWidth : shape.ModelWidth;
            Initializers.Uniform(values.AsSpan(i * matrix, matrix), fanIn, stream);
        }

        using torch.Tensor flat = torch.tensor(values, dtype: type);
        return new(shape, flat.reshape((long)shape.Matrices * shape.HiddenWidth, shape.ModelWidth).DetachFromDisposeScope());
    }

    /// <summary>The slice of a rank: h is cut into parts, the first h mod G one larger.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="ranks">G; at most h.</param>
    /// <returns>Weights with h of about 1 / G; the caller's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or h is smaller than G.</exception>
    public ExpertWeights Slice(int rank, int ranks)
    {
        (int start, int width) = SliceOf(Shape.HiddenWidth, rank, ranks);
        using var scope = torch.NewDisposeScope();
        torch.Tensor values = torch.cat([.. _matrices.Select(matrix => matrix.narrow(0, start, width))], 0);
        return new(Shape with { HiddenWidth = width }, values.MoveToOuterDisposeScope().DetachFromDisposeScope());
    }

    /// <summary>Where the slice of a rank begins in the hidden width, and how wide it is.</summary>
    /// <param name="hiddenWidth">h.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="ranks">G; at most h.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or h is smaller than G.</exception>
    public static (int Start, int Width) SliceOf(int hiddenWidth, int rank, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        if (hiddenWidth < ranks)
        {
            throw new ArgumentOutOfRangeException(
                nameof(hiddenWidth),
                hiddenWidth,
                $"A hidden width below the {ranks} ranks cannot be cut into slices: use fewer ranks."
            );
        }

        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, ranks);
        (int share, int rest) = Math.DivRem(hiddenWidth, ranks);
        return ((rank * share) + Math.Min(rank, rest), share + (rank < rest ? 1 : 0));
    }

    /// <summary>The expert's output.</summary>
    /// <param name="input">[n, d].</param>
    /// <param name="output">[n, d]; overwritten.</param>
    /// <param name="hidden">Room for [n, h], overwritten; with SwiGLU [2n, h].</param>
    internal void Compute(torch.Tensor input, torch.Tensor output, torch.Tensor hidden)
    {
        long n = input.shape[0];
        using torch.Tensor first = hidden.narrow(0, 0, n);
        Up(0, input, first);
        if (Shape.Activation == ExpertActivation.Relu)
        {
            first.relu_();
        }
        else
        {
            using torch.Tensor second = hidden.narrow(0, n, n);
            Up(1, input, second);
            using torch.Tensor gated = torch.nn.functional.silu(first);
            second.mul_(gated);
            Down(second, output);
            return;
        }

        Down(first, output);
    }

    /// <summary>x W^T of one of the first matrices, into [n, h].</summary>
    internal void Up(int matrix, torch.Tensor input, torch.Tensor hidden)
    {
        using torch.Tensor transposed = _matrices[matrix].t();
        hidden.addmm_(input, transposed, beta: 0, alpha: 1);
    }

    /// <summary>The last matrix, into [n, d].</summary>
    internal void Down(torch.Tensor hidden, torch.Tensor output) => output.addmm_(hidden, _matrices[^1], beta: 0, alpha: 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (torch.Tensor matrix in _matrices)
        {
            matrix.Dispose();
        }

        Values.Dispose();
    }
}
