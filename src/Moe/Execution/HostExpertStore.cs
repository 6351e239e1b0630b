using System.Diagnostics;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>All experts in host memory. Loading one is a copy of memory, at full speed or throttled to a stated bandwidth (as the link between host and accelerator would be).</summary>
public sealed class HostExpertStore : IExpertStore, IDisposable
{
    private const int Chunk = 1 << 18;
    private readonly IReadOnlyList<ExpertWeights> _experts;

    /// <summary>A store.</summary>
    /// <param name="experts">The experts, all of one shape and type; owned by the store from now on.</param>
    /// <param name="bytesPerSecond">The bandwidth of a load; null for that of memory.</param>
    /// <exception cref="ArgumentException">There is no expert, or they differ in shape or type, or the bandwidth is not positive.</exception>
    public HostExpertStore(IReadOnlyList<ExpertWeights> experts, double? bytesPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(experts);
        if (experts.Count == 0 || experts.Any(expert => expert.Shape != experts[0].Shape || expert.Values.dtype != experts[0].Values.dtype))
        {
            throw new ArgumentException("A store holds at least one expert, and all have one shape and type.", nameof(experts));
        }

        if (bytesPerSecond is { } rate && !(rate > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(bytesPerSecond), bytesPerSecond, "A bandwidth is positive.");
        }

        (_experts, BytesPerSecond) = (experts, bytesPerSecond);
    }

    /// <inheritdoc/>
    public int Experts => _experts.Count;

    /// <inheritdoc/>
    public ExpertShape Shape => _experts[0].Shape;

    /// <inheritdoc/>
    public torch.ScalarType Type => _experts[0].Values.dtype;

    /// <summary>The bandwidth of a load; null for that of memory.</summary>
    public double? BytesPerSecond { get; }

    /// <summary>An expert's weights; they stay the store's.</summary>
    /// <param name="expert">The expert.</param>
    public ExpertWeights this[int expert] => _experts[expert];

    /// <summary>Random experts.</summary>
    /// <param name="experts">E.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="stream">Draws.</param>
    /// <param name="type">float32 or float64.</param>
    /// <param name="bytesPerSecond">The bandwidth of a load; null for that of memory.</param>
    public static HostExpertStore Random(
        int experts,
        ExpertShape shape,
        RandomStream stream,
        torch.ScalarType type = torch.ScalarType.Float32,
        double? bytesPerSecond = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        return new([.. Enumerable.Range(0, experts).Select(_ => ExpertWeights.Random(shape, stream, type))], bytesPerSecond);
    }

    /// <summary>Reads experts of a safetensors file, in float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="experts">E.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="nameOf">The tensor of an expert and matrix (0, 1, and 2 with SwiGLU): [h, d] but for the last, which is [d, h].</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="MalformedFileException">A tensor is missing or of another shape: the message names it, with expected and found bytes.</exception>
    public static HostExpertStore FromSafetensors(
        string path,
        int experts,
        ExpertShape shape,
        Func<int, int, string> nameOf,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(nameOf);
        Torch.EnsureLoaded();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        List<ExpertWeights> loaded = [];
        try
        {
            for (int expert = 0; expert < experts; expert++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                loaded.Add(Read(file, expert, shape, nameOf));
            }

            return new(loaded);
        }
        catch
        {
            loaded.ForEach(static expert => expert.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Load(int expert, ExpertWeights into, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        ReadOnlySpan<byte> from = _experts[expert].Values.bytes;
        Span<byte> to = into.Values.bytes;
        if (from.Length != to.Length)
        {
            throw new ArgumentException($"Expert {expert} has {from.Length} bytes, there is room for {to.Length}.", nameof(into));
        }

        long start = Stopwatch.GetTimestamp();
        for (int at = 0; at < from.Length; at += Chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = Math.Min(Chunk, from.Length - at);
            from.Slice(at, length).CopyTo(to[at..]);
            if (BytesPerSecond is { } rate)
            {
                WaitUntil(start, (at + length) / rate);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExpertWeights expert in _experts)
        {
            expert.Dispose();
        }
    }

    private static void WaitUntil(long start, double seconds)
    {
        while (seconds - Stopwatch.GetElapsedTime(start).TotalSeconds is > 0 and var left)
        {
            // A sleep overshoots by up to a millisecond; the next chunks then run without one.
            if (left > 1e-3)
            {
                Thread.Sleep(1);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private static ExpertWeights Read(SafetensorsFile file, int expert, ExpertShape shape, Func<int, int, string> nameOf)
    {
        ExpertWeights weights = ExpertWeights.Empty(shape);
        Span<float> all = MemoryMarshal.Cast<byte, float>(weights.Values.bytes);
        int size = shape.HiddenWidth * shape.ModelWidth;
        for (int matrix = 0; matrix < shape.Matrices; matrix++)
        {
            string name = nameOf(expert, matrix);
            bool last = matrix == shape.Matrices - 1;
            long[] expected = last ? [shape.ModelWidth, shape.HiddenWidth] : [shape.HiddenWidth, shape.ModelWidth];
            if (!file.TryFind(name, out SafetensorsEntry? entry) || !entry.Shape.SequenceEqual(expected))
            {
                weights.Dispose();
                throw new MalformedFileException(
                    file.Path,
                    $"tensor {name} of [{string.Join(", ", expected)}], {4L * size} bytes in float32",
                    entry is null
                        ? "no such tensor"
                        : $"[{string.Join(", ", entry.Shape)}], {entry.Shape.Aggregate(4L, static (bytes, n) => bytes * n)} bytes in float32"
                );
            }

            Span<float> values = all.Slice(matrix * size, size);
            if (!last)
            {
                file.ReadSingles(name, 0, values);
                continue;
            }

            float[] transposed = new float[size];
            file.ReadSingles(name, 0, transposed);
            for (int row = 0; row < shape.ModelWidth; row++)
            {
                for (int column = 0; column < shape.HiddenWidth; column++)
                {
                    values[(column * shape.ModelWidth) + row] = transposed[(row * shape.HiddenWidth) + column];
                }
            }
        }

        return weights;
    }
}
