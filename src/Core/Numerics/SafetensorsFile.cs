using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ResearchKit.Numerics;

/// <summary>
/// A safetensors file, open for reading: the header is read and checked at once, tensors only when asked for, any range of any tensor by itself. Safe to read
/// from several threads. The file must not be changed while it is open.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int ChunkBytes = 1 << 18;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(SafeFileHandle file, string path)
    {
        _file = file;
        Path = path;
        var header = SafetensorsHeader.Read(file, path);
        Tensors = header.Entries;
        Metadata = header.Metadata;
        _byName = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>The file's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="MalformedFileException">A rule of the format is broken; the message names the tensor and the rule.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        try
        {
            return new(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public SafetensorsEntry this[string name] =>
        TryFind(name, out var entry) ? entry : throw new ArgumentException($"{Path} has no tensor \"{name}\".", nameof(name));

    /// <summary>Finds a tensor by name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out SafetensorsEntry? entry) => _byName.TryGetValue(name, out entry);

    /// <summary>Reads bytes of a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's start.</param>
    /// <param name="destination">Takes as many bytes as it has.</param>
    /// <exception cref="ArgumentException">There is no such tensor, or the range leaves it.</exception>
    public void Read(string name, long offset, Span<byte> destination) =>
        SafetensorsHeader.ReadExactly(_file, destination, Position(this[name], offset, destination.Length), Path);

    /// <summary>Reads bytes of a tensor; see <see cref="Read"/>.</summary>
    /// <exception cref="ArgumentException">There is no such tensor, or the range leaves it.</exception>
    public async ValueTask ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        var position = Position(this[name], offset, destination.Length);
        while (destination.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(_file, destination, position, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new MalformedFileException(Path, $"{destination.Length} more bytes", "the end of the file", byteOffset: position);
            }
            (destination, position) = (destination[read..], position + read);
        }
    }

    /// <summary>Reads elements of a float32, float16 or bfloat16 tensor as float32.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="first">The first element, counted in row-major order.</param>
    /// <param name="destination">Takes as many elements as it has.</param>
    /// <exception cref="ArgumentException">There is no such tensor, it has another type, or the range leaves it.</exception>
    public void ReadSingles(string name, long first, Span<float> destination)
    {
        var entry = this[name];
        if (!entry.Type.WidensToSingle())
        {
            throw new ArgumentException(
                $"Tensor \"{name}\" of {Path} is {entry.Type}; as float32 are read Float32, Float16 and BFloat16.",
                nameof(name)
            );
        }
        var size = entry.Type.Bytes();
        if (first < 0 || first > entry.Count || destination.Length > entry.Count - first)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first),
                first,
                $"{destination.Length} elements from here are not inside the {entry.Count} of \"{name}\"."
            );
        }
        if (entry.Type == ElementType.Float32)
        {
            Read(name, first * size, MemoryMarshal.AsBytes(destination));
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (destination.Length > 0)
            {
                var count = Math.Min(destination.Length, ChunkBytes / size);
                var bytes = buffer.AsSpan(0, count * size);
                Read(name, first * size, bytes);
                entry.Type.Widen(bytes, destination[..count]);
                destination = destination[count..];
                first += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A view of a tensor's bytes in memory, which the system reads as they are touched. At most 2 GiB - 1 at once.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's start.</param>
    /// <param name="length">How many bytes; null: to the tensor's end.</param>
    /// <exception cref="ArgumentException">There is no such tensor, or the range leaves it or is longer than 2 GiB - 1.</exception>
    public SafetensorsView View(string name, long offset = 0, long? length = null)
    {
        var entry = this[name];
        var bytes = length ?? entry.Bytes - offset;
        if (bytes > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length),
                bytes,
                $"A view has at most {int.MaxValue} bytes; ask for parts of \"{name}\"."
            );
        }
        return new(_file, Position(entry, offset, bytes), (int)bytes);
    }

    /// <summary>Closes the file. Views stay valid until they are disposed.</summary>
    public void Dispose() => _file.Dispose();

    private static long Position(SafetensorsEntry entry, long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= entry.Bytes && length <= entry.Bytes - offset
            ? entry.Offset + offset
            : throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                $"{length} bytes from here are not inside the {entry.Bytes} of \"{entry.Name}\"."
            );
}
