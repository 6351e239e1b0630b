using System.Text.Json;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>
/// A checkpoint of <c>torch.save</c>, one file or several held together by <c>pytorch_model.bin.index.json</c>. Nothing of it is run. Tensors are read whole; the last one of each file stays at hand.
/// </summary>
public sealed class PyTorchCheckpoint : ICheckpoint
{
    private readonly List<PyTorchFile> _files = [];
    private readonly Dictionary<string, PyTorchFile> _fileOf = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private (string Name, byte[] Bytes)? _last;

    private PyTorchCheckpoint(string path, IReadOnlyList<string> files)
    {
        Path = path;
        Files = files;
        Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
        try
        {
            foreach (string file in files.Where(file => !file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
            {
                PyTorchFile part = PyTorchFile.Open(file);
                _files.Add(part);
                foreach (PyTorchTensor tensor in part.Tensors)
                {
                    if (!_fileOf.TryAdd(tensor.Name, part))
                    {
                        throw new MalformedFileException(path, "each tensor once", $"a second \"{tensor.Name}\" in {file}");
                    }
                    tensors[tensor.Name] = new TensorInfo(tensor.Name, tensor.Type, tensor.Shape);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a <c>.bin</c>, <c>.pt</c> or <c>.pth</c> file, or an index of several.</summary>
    /// <exception cref="MalformedFileException">A file is damaged, or holds anything but tensors and plain containers.</exception>
    public static PyTorchCheckpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new PyTorchCheckpoint(path, path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? [path, .. Shards(path)] : [path]);
    }

    /// <inheritdoc/>
    public void ReadSingles(string tensor, long first, Span<float> into)
    {
        ElementType type = Tensors[tensor].Type;
        if (type == ElementType.Float64)
        {
            Doubles.Read(this, tensor, first, into);
            return;
        }
        type.Widen(Whole(tensor).AsSpan((int)(first * type.Bytes()), into.Length * type.Bytes()), into);
    }

    /// <inheritdoc/>
    public void ReadBytes(string tensor, long offset, Span<byte> into) => Whole(tensor).AsSpan((int)offset, into.Length).CopyTo(into);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PyTorchFile file in _files)
        {
            file.Dispose();
        }
    }

    private byte[] Whole(string tensor)
    {
        lock (_gate)
        {
            if (_last is not { } last || last.Name != tensor)
            {
                byte[] bytes = new byte[Tensors[tensor].Bytes];
                _fileOf[tensor].Read(tensor, bytes);
                _last = last = (tensor, bytes);
            }
            return last.Bytes;
        }
    }

    private static IEnumerable<string> Shards(string index)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(index));
            string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index))!;
            string[] names =
            [
                .. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString()!).Distinct(),
            ];
            // An index from elsewhere must not lead out of its folder.
            return names.Any(name => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\', ':'))
                ? throw new MalformedFileException(index, "file names without a path in weight_map", string.Join(", ", names))
                : [.. names.Select(name => System.IO.Path.Combine(folder, name))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedFileException(index, "an object weight_map: tensor name -> file name", e.Message, innerException: e);
        }
    }
}
