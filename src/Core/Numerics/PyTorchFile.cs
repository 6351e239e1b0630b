using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Hashing;

namespace ResearchKit.Numerics;

/// <summary>
/// A file of <c>torch.save</c> (<c>.pt</c>, <c>.pth</c>, <c>.bin</c>) that holds tensors in plain containers, as a state dictionary does. Nothing of it is run:
/// anything but tensors, dictionaries, lists, tuples, texts and numbers is refused. Safe to read from several threads, one at a time.
/// </summary>
public sealed class PyTorchFile : IDisposable
{
    private const long MaximumPickleBytes = 64 << 20;
    private const int MaximumDepth = 64;
    private const long MaximumExpandedBytes = 1 << 24;

    private readonly FileStream _file;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PyTorchTensor> _byName = new(StringComparer.Ordinal);
    private readonly List<PyTorchTensor> _tensors = [];
    private readonly Lock _gate = new();
    private int _visited;

    private PyTorchFile(string path, FileStream file)
    {
        Path = path;
        _file = file;
        Span<byte> magic = stackalloc byte[4];
        if (file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) < 4 || !magic.SequenceEqual("PK\u0003\u0004"u8))
        {
            var isPickle = magic[0] == 0x80;
            throw Malformed(
                "a zip archive written by torch.save",
                isPickle ? "a bare pickle of PyTorch before 1.6; load and save it with a newer one" : "another file"
            );
        }
        file.Position = 0;
        _archive = Guard(() => new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true));
        Collect("", PickleReader.Read(ReadPickle(), $"{path}, data.pkl"), 0);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order in which the file's containers hold them.</summary>
    public IReadOnlyList<PyTorchTensor> Tensors => _tensors;

    /// <summary>Opens a file: its structure is read, tensors only when asked for.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="MalformedFileException">It is damaged, of big-endian order, compressed, or holds anything but tensors and plain containers.</exception>
    public static PyTorchFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = File.OpenRead(path);
        try
        {
            return new(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public PyTorchTensor this[string name] =>
        TryFind(name, out var tensor) ? tensor : throw new ArgumentException($"{Path} has no tensor \"{name}\".", nameof(name));

    /// <summary>Finds a tensor by name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out PyTorchTensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Reads a tensor, row-major and little-endian, whatever strides it was saved with.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Takes exactly its bytes.</param>
    /// <exception cref="ArgumentException">There is no such tensor, or the destination has another length.</exception>
    /// <exception cref="MalformedFileException">The tensor's data are damaged.</exception>
    public void Read(string name, Span<byte> destination)
    {
        var tensor = this[name];
        if (destination.Length != tensor.Bytes)
        {
            throw new ArgumentException(
                $"\"{name}\" has {tensor.Bytes} bytes; the destination has {destination.Length}.",
                nameof(destination)
            );
        }
        if (destination.Length == 0)
        {
            return;
        }
        var source = tensor.Source;
        var size = source.Storage.Type.Bytes();
        if (source.IsContiguous)
        {
            ReadStorage(source, source.Offset * size, destination);
            return;
        }
        var length = (source.End - source.Offset) * size;
        if (length > Array.MaxLength)
        {
            throw Malformed($"\"{name}\" spread over at most {Array.MaxLength} bytes", $"{length}; save it with .contiguous()");
        }
        var window = new byte[length];
        ReadStorage(source, source.Offset * size, window);
        Gather(source, size, window, destination);
    }

    /// <summary>Reads a float32, float16 or bfloat16 tensor as float32.</summary>
    /// <exception cref="ArgumentException">There is no such tensor, it has another type, or the destination another length.</exception>
    /// <exception cref="MalformedFileException">The tensor's data are damaged.</exception>
    public void ReadSingles(string name, Span<float> destination)
    {
        var tensor = this[name];
        if (!tensor.Type.WidensToSingle() || tensor.Count != destination.Length)
        {
            throw new ArgumentException(
                $"\"{name}\" is {tensor.Count} elements of {tensor.Type}; it is read as float32 only from Float32, Float16 and BFloat16, into as many ({destination.Length} given).",
                nameof(name)
            );
        }
        var bytes = new byte[tensor.Bytes];
        Read(name, bytes);
        tensor.Type.Widen(bytes, destination);
    }

    /// <summary>Writes all tensors to a safetensors file.</summary>
    /// <exception cref="ArgumentException">A tensor is of complex numbers, which safetensors does not have.</exception>
    /// <exception cref="MalformedFileException">A tensor's data are damaged.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written.</exception>
    public Task ConvertAsync(string path, CancellationToken cancellationToken = default) =>
        SafetensorsWriter.WriteAsync(
            path,
            _tensors.Select(tensor => new SafetensorsTensor(
                tensor.Name,
                tensor.Type,
                tensor.Shape,
                async (stream, token) =>
                {
                    var bytes = new byte[tensor.Bytes];
                    Read(tensor.Name, bytes);
                    await stream.WriteAsync(bytes, token);
                }
            )),
            cancellationToken: cancellationToken
        );

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private byte[] ReadPickle()
    {
        var pickles = Guard(() => _archive.Entries.Where(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList());
        if (pickles is not [var pickle] || pickle.FullName.Count(c => c == '/') != 1)
        {
            throw Malformed("one data.pkl in the archive's folder", $"{pickles.Count}");
        }
        var root = pickle.FullName[..^"data.pkl".Length];
        foreach (var entry in _archive.Entries)
        {
            if (entry.FullName == root + "byteorder" && ReadWhole(entry, 64) is not [(byte)'l', ..])
            {
                throw Malformed("little-endian tensors", "the byteorder of a big-endian machine");
            }
            if (entry.FullName.StartsWith(root + "data/", StringComparison.Ordinal))
            {
                if (!_storages.TryAdd(entry.FullName[(root.Length + 5)..], entry))
                {
                    throw Malformed("each storage once in the archive", $"a second {entry.FullName}");
                }
            }
        }
        return ReadWhole(pickle, MaximumPickleBytes);
    }

    private void Collect(string name, object? value, int depth)
    {
        // Shared and circular containers are small in the file and endless when walked.
        if (depth > MaximumDepth || ++_visited > PickleReader.MaximumObjects)
        {
            throw Malformed($"containers at most {MaximumDepth} deep, {PickleReader.MaximumObjects} objects in all", "more");
        }
        string Inner(object key) => name.Length == 0 ? $"{key}" : $"{name}.{key}";
        switch (value)
        {
            case PickledTensor tensor:
                Add(name, tensor);
                break;
            case PickleReader.Dictionary dictionary:
                foreach (var key in dictionary.Keys)
                {
                    Collect(Inner(key), dictionary.Items[key], depth + 1);
                }
                break;
            case PickleReader.Sequence sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Collect(Inner(i), sequence.Items[i], depth + 1);
                }
                break;
            case null or bool or long or double or string:
                break;
            default:
                throw Malformed("only tensors and plain containers", $"{value.GetType().Name} at \"{name}\"");
        }
    }

    private void Add(string name, PickledTensor source)
    {
        var storage = source.Storage;
        var size = storage.Type.Bytes();
        if (!_storages.TryGetValue(storage.Key, out var entry))
        {
            throw Malformed($"the storage of \"{name}\"", $"no data/{storage.Key} in the archive");
        }
        Check(entry);
        if (storage.Count > entry.Length / size)
        {
            throw Malformed($"{storage.Count} elements of {storage.Type} in data/{storage.Key} (for \"{name}\")", $"{entry.Length} bytes");
        }
        var tensor = new PyTorchTensor(name, storage.Type, source.Shape) { Source = source };
        // Strides of zero make any number of elements out of one.
        if (tensor.Bytes > Math.Max(entry.Length, MaximumExpandedBytes))
        {
            throw Malformed(
                $"\"{name}\" no larger than its storage of {entry.Length} bytes",
                $"{tensor.Bytes} bytes (expanded); save it with .contiguous()"
            );
        }
        if (!_byName.TryAdd(name, tensor))
        {
            throw Malformed("each name once", $"a second tensor \"{name}\"");
        }
        _tensors.Add(tensor);
    }

    private void ReadStorage(PickledTensor source, long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            var entry = _storages[source.Storage.Key];
            var isWhole = offset == 0 && destination.Length == entry.Length;
            try
            {
                using var stream = entry.Open();
                Skip(stream, offset);
                stream.ReadExactly(destination);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
            {
                throw new MalformedFileException(
                    Path,
                    $"the data of data/{source.Storage.Key}",
                    exception.Message,
                    innerException: exception
                );
            }
            if (isWhole && Crc32.HashToUInt32(destination) != entry.Crc32)
            {
                throw Malformed($"data/{source.Storage.Key} with the checksum of the archive", "another checksum");
            }
        }
    }

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Position += count;
            return;
        }
        var buffer = new byte[(int)Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(count, buffer.Length));
            stream.ReadExactly(part);
            count -= part.Length;
        }
    }

    private static void Gather(PickledTensor source, int size, ReadOnlySpan<byte> window, Span<byte> destination)
    {
        var (shape, strides) = (source.Shape, source.Strides);
        var index = new long[shape.Length];
        var from = 0L;
        for (var to = 0; to < destination.Length; to += size)
        {
            window.Slice((int)(from * size), size).CopyTo(destination[to..]);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    private byte[] ReadWhole(ZipArchiveEntry entry, long most)
    {
        Check(entry);
        if (entry.Length > most)
        {
            throw Malformed($"at most {most} bytes in {entry.FullName}", $"{entry.Length}");
        }
        return Guard(() =>
        {
            var bytes = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    // torch.save stores without compression: what is compressed was not written by it, and could grow without bound.
    private void Check(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > _file.Length || entry.IsEncrypted)
        {
            throw Malformed($"{entry.FullName} stored as it is", $"{entry.CompressedLength} bytes for {entry.Length}");
        }
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new MalformedFileException(Path, "a whole zip archive", exception.Message, innerException: exception);
        }
    }

    private MalformedFileException Malformed(string expected, string found) => new(Path, expected, found);
}
