using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Numerics;

/// <summary>
/// Writes a safetensors file whole or not at all. Tensors are sorted by descending size of their elements, then by name, so that each is aligned; the header is
/// padded with blanks to a multiple of 8 bytes. Equal tensors give equal bytes, in whatever order they come.
/// </summary>
public static class SafetensorsWriter
{
    // Names need not be escaped for HTML.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file; its folder is made if it is not there, a file of that name is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">The file's <c>__metadata__</c>, or null for none.</param>
    /// <param name="cancellationToken">Cancels until the file stands there.</param>
    /// <exception cref="ArgumentException">Two tensors of one name, a name that is <c>__metadata__</c>, a shape or type that cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A tensor wrote more or fewer bytes than its type and shape say.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public static Task WriteAsync(
        string path,
        IEnumerable<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = Sort(tensors);
        var header = Header(sorted, metadata);
        return AtomicFile.WriteAsync(path, (stream, token) => WriteAsync(stream, header, sorted, token), cancellationToken);
    }

    private static async Task WriteAsync(
        Stream stream,
        byte[] header,
        List<(SafetensorsTensor Tensor, long Bytes)> tensors,
        CancellationToken cancellationToken
    )
    {
        await stream.WriteAsync(header, cancellationToken);
        foreach (var (tensor, bytes) in tensors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = stream.Position;
            await tensor.WriteAsync(stream, cancellationToken);
            if (stream.Position - start != bytes)
            {
                throw new InvalidOperationException(
                    $"Tensor \"{tensor.Name}\" wrote {stream.Position - start} bytes; {tensor.Type} of shape {TensorShape.Text(tensor.Shape)} has {bytes}."
                );
            }
        }
    }

    private static List<(SafetensorsTensor Tensor, long Bytes)> Sort(IEnumerable<SafetensorsTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var sized = new List<(SafetensorsTensor Tensor, long Bytes)>();
        foreach (var tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataName || !names.Add(tensor.Name))
            {
                throw new ArgumentException($"\"{tensor.Name}\" is given twice, or is no name for a tensor.", nameof(tensors));
            }
            if (ElementTypes.ToSafetensors(tensor.Type) is null)
            {
                throw new ArgumentException($"\"{tensor.Name}\" is {tensor.Type}, which safetensors has no name for.", nameof(tensors));
            }
            sized.Add(
                (
                    tensor,
                    TensorShape.Bytes(tensor.Shape, tensor.Type)
                        ?? throw new ArgumentException(
                            $"\"{tensor.Name}\" has the shape {TensorShape.Text(tensor.Shape)}; dimensions are 0 or more, the bytes below 2^63.",
                            nameof(tensors)
                        )
                )
            );
        }
        return [.. sized.OrderByDescending(pair => pair.Tensor.Type.Bytes()).ThenBy(pair => pair.Tensor.Name, StringComparer.Ordinal)];
    }

    private static byte[] Header(List<(SafetensorsTensor Tensor, long Bytes)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartObject();
            if (metadata is not null)
            {
                writer.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }
                writer.WriteEndObject();
            }
            var offset = 0L;
            foreach (var (tensor, bytes) in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", ElementTypes.ToSafetensors(tensor.Type));
                WriteNumbers(writer, "shape", tensor.Shape);
                WriteNumbers(writer, "data_offsets", [offset, checked(offset + bytes)]);
                writer.WriteEndObject();
                offset += bytes;
            }
            writer.WriteEndObject();
        }
        var length = (buffer.Length + 7) / 8 * 8;
        if (length > SafetensorsHeader.MaximumBytes)
        {
            throw new ArgumentException(
                $"The header has {length} bytes; the format allows {SafetensorsHeader.MaximumBytes}.",
                nameof(tensors)
            );
        }
        var header = new byte[8 + length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        header.AsSpan(8).Fill((byte)' ');
        buffer.GetBuffer().AsSpan(0, (int)buffer.Length).CopyTo(header.AsSpan(8));
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }
        writer.WriteEndArray();
    }
}
