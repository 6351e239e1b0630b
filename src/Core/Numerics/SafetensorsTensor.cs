using System.Runtime.InteropServices;

namespace ResearchKit.Numerics;

/// <summary>A tensor to be written; row-major, little-endian.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
/// <param name="WriteAsync">Writes its bytes, when its turn comes: exactly as many as type and shape say.</param>
public sealed record SafetensorsTensor(
    string Name,
    ElementType Type,
    IReadOnlyList<long> Shape,
    Func<Stream, CancellationToken, Task> WriteAsync
)
{
    /// <summary>A tensor whose bytes are at hand.</summary>
    public static SafetensorsTensor OfBytes(string name, ElementType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(name, type, shape, (stream, cancellationToken) => stream.WriteAsync(bytes, cancellationToken).AsTask());

    /// <summary>A float32 tensor whose values are at hand.</summary>
    public static SafetensorsTensor OfSingles(string name, IReadOnlyList<long> shape, ReadOnlyMemory<float> values) =>
        new(
            name,
            ElementType.Float32,
            shape,
            (stream, cancellationToken) =>
            {
                const int Chunk = 1 << 18;
                for (var start = 0; start < values.Length; start += Chunk)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var part = values.Slice(start, Math.Min(Chunk, values.Length - start));
                    stream.Write(MemoryMarshal.AsBytes(part.Span));
                }
                return Task.CompletedTask;
            }
        );
}
