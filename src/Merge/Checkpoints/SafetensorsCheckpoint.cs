using System.Buffers;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>A checkpoint of one safetensors file, or of several held together by an index.</summary>
public sealed class SafetensorsCheckpoint : ICheckpoint
{
    private readonly IReadOnlyList<IDisposable> _owned;
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);

    private SafetensorsCheckpoint(
        string path,
        IReadOnlyList<string> files,
        IEnumerable<SafetensorsFile> parts,
        IReadOnlyList<IDisposable> owned
    )
    {
        (Path, Files, _owned) = (path, files, owned);
        Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
        foreach (SafetensorsFile part in parts)
        {
            foreach (SafetensorsEntry entry in part.Tensors)
            {
                _fileOf[entry.Name] = part;
                tensors[entry.Name] = new TensorInfo(entry.Name, entry.Type, entry.Shape);
            }
        }
        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a <c>.safetensors</c> file or a <c>.safetensors.index.json</c>: headers are read and checked, tensors when asked for.</summary>
    /// <exception cref="MalformedFileException">A rule of the format is broken.</exception>
    public static SafetensorsCheckpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            SafetensorsIndex index = SafetensorsIndex.Open(path);
            return new SafetensorsCheckpoint(path, [path, .. index.Files.Select(file => file.Path)], index.Files, [index]);
        }
        SafetensorsFile file = SafetensorsFile.Open(path);
        return new SafetensorsCheckpoint(path, [path], [file], [file]);
    }

    /// <inheritdoc/>
    public void ReadSingles(string tensor, long first, Span<float> into)
    {
        if (Tensors[tensor].Type == ElementType.Float64)
        {
            Doubles.Read(this, tensor, first, into);
            return;
        }
        _fileOf[tensor].ReadSingles(tensor, first, into);
    }

    /// <inheritdoc/>
    public void ReadBytes(string tensor, long offset, Span<byte> into) => _fileOf[tensor].Read(tensor, offset, into);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
    }
}

/// <summary>Reads float64 tensors as float32, in which merging calculates.</summary>
internal static class Doubles
{
    private const int Piece = 1 << 14;

    public static void Read(ICheckpoint checkpoint, string tensor, long first, Span<float> into)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece * sizeof(double));
        try
        {
            for (int done = 0; done < into.Length; done += Piece)
            {
                int count = Math.Min(Piece, into.Length - done);
                Span<byte> bytes = buffer.AsSpan(0, count * sizeof(double));
                checkpoint.ReadBytes(tensor, (first + done) * sizeof(double), bytes);
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(
                    System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes),
                    into.Slice(done, count)
                );
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
