using System.Text.Json;

namespace ResearchKit.Numerics;

/// <summary>
/// A checkpoint of several safetensors files, held together by an index (<c>model.safetensors.index.json</c>): <c>weight_map</c> names the file of each tensor.
/// Every file's header is read and checked when it is opened.
/// </summary>
public sealed class SafetensorsIndex : IDisposable
{
    private const long MaximumIndexBytes = SafetensorsHeader.MaximumBytes;

    private readonly Dictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SafetensorsFile> _map = new(StringComparer.Ordinal);

    private SafetensorsIndex(string path)
    {
        Path = path;
        try
        {
            foreach (var (tensor, file) in ReadMap())
            {
                AddTensor(tensor, file);
            }
            foreach (var (name, shard) in _shards)
            {
                if (shard.Tensors.FirstOrDefault(entry => !_map.TryGetValue(entry.Name, out var owner) || owner != shard) is { } stray)
                {
                    throw new MalformedFileException(path, $"\"{stray.Name}\" of {name} in weight_map", "no entry, or another file");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The index file.</summary>
    public string Path { get; }

    /// <summary>The names of all tensors, sorted.</summary>
    public IReadOnlyCollection<string> Names => _map.Keys;

    /// <summary>The files, in the order the index first names them.</summary>
    public IReadOnlyCollection<SafetensorsFile> Files => _shards.Values;

    /// <summary>Opens an index and all its files.</summary>
    /// <exception cref="FileNotFoundException">The index, or a file that it names, is not there.</exception>
    /// <exception cref="MalformedFileException">The index or a file breaks a rule, or they do not agree.</exception>
    public static SafetensorsIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new(path);
    }

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public SafetensorsFile FileOf(string tensor) =>
        _map.TryGetValue(tensor, out var file) ? file : throw new ArgumentException($"{Path} has no tensor \"{tensor}\".", nameof(tensor));

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void AddTensor(string tensor, string file)
    {
        // An index from elsewhere must not lead out of its folder.
        if (file is "" or "." or ".." || file.AsSpan().ContainsAny('/', '\\', ':'))
        {
            throw new MalformedFileException(Path, $"a file name without a path for \"{tensor}\"", file);
        }
        if (!_shards.TryGetValue(file, out var shard))
        {
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
            _shards[file] = shard = SafetensorsFile.Open(System.IO.Path.Combine(folder, file));
        }
        if (!shard.TryFind(tensor, out _))
        {
            throw new MalformedFileException(Path, $"\"{tensor}\" in {file}, where weight_map says it is", "no such tensor there");
        }
        if (!_map.TryAdd(tensor, shard))
        {
            throw new MalformedFileException(Path, "each tensor once in weight_map", $"a second \"{tensor}\"");
        }
    }

    private List<(string Tensor, string File)> ReadMap()
    {
        using var stream = File.OpenRead(Path);
        if (stream.Length > MaximumIndexBytes)
        {
            throw new MalformedFileException(Path, $"an index of at most {MaximumIndexBytes} bytes", $"{stream.Length} bytes");
        }
        try
        {
            using var json = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 8 });
            if (
                json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object
            )
            {
                throw new MalformedFileException(Path, "an object weight_map: tensor name -> file name", "none");
            }
            return
            [
                .. map.EnumerateObject()
                    .Select(entry =>
                        entry.Value.ValueKind == JsonValueKind.String
                            ? (entry.Name, entry.Value.GetString()!)
                            : throw new MalformedFileException(Path, $"a file name for \"{entry.Name}\"", $"{entry.Value.ValueKind}")
                    ),
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MalformedFileException(Path, "JSON", exception.Message, innerException: exception);
        }
    }
}
