using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace ResearchKit.Numerics;

/// <summary>Reads and checks the header of a safetensors file: every rule of the format, before a byte of a tensor is touched.</summary>
internal sealed class SafetensorsHeader
{
    public const long MaximumBytes = 100_000_000;
    public const string MetadataName = "__metadata__";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly long _dataStart;
    private bool _hasMetadata;

    private SafetensorsHeader(string path, byte[] json, long fileBytes)
    {
        _path = path;
        _dataStart = 8 + json.LongLength;
        if (json is not [(byte)'{', ..])
        {
            throw Malformed("a header that begins with {", json.Length == 0 ? "an empty header" : $"byte 0x{json[0]:x2}", 8);
        }
        try
        {
            StrictUtf8.GetCharCount(json); // the JSON reader would let damaged text in names pass
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            reader.Read();
            ReadObject(ref reader);
            reader.Read(); // anything after the object but blanks is an error of its own
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new MalformedFileException(path, "a header of UTF-8 JSON", exception.Message, byteOffset: 8, innerException: exception);
        }
        CheckData(fileBytes - _dataStart);
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <exception cref="MalformedFileException">A rule of the format is broken.</exception>
    public static SafetensorsHeader Read(SafeFileHandle file, string path)
    {
        var fileBytes = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[8];
        if (fileBytes < 8)
        {
            throw new MalformedFileException(path, "at least the 8 bytes of the header's length", $"{fileBytes} bytes", byteOffset: 0);
        }
        ReadExactly(file, prefix, 0, path);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var most = Math.Min(MaximumBytes, fileBytes - 8);
        if (length > (ulong)most)
        {
            var limit = most == MaximumBytes ? "the format's limit" : "what the file has left";
            throw new MalformedFileException(path, $"a header of at most {most} bytes ({limit})", $"{length}", byteOffset: 0);
        }
        var json = new byte[length];
        ReadExactly(file, json, 8, path);
        return new(path, json, fileBytes);
    }

    public static void ReadExactly(SafeFileHandle file, Span<byte> to, long offset, string path)
    {
        while (to.Length > 0)
        {
            var read = RandomAccess.Read(file, to, offset);
            if (read == 0)
            {
                throw new MalformedFileException(path, $"{to.Length} more bytes", "the end of the file", byteOffset: offset);
            }
            to = to[read..];
            offset += read;
        }
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = 8 + reader.TokenStartIndex;
            var name = reader.GetString()!;
            if (name == MetadataName)
            {
                if (_hasMetadata)
                {
                    throw Malformed($"one {MetadataName}", "a second", at);
                }
                _hasMetadata = true;
                ReadMetadata(ref reader);
                continue;
            }
            if (!_names.Add(name))
            {
                throw Malformed("each tensor once", $"a second tensor \"{name}\"", at);
            }
            ReadEntry(ref reader, name, at);
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, $"{MetadataName} as an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            Expect(ref reader, JsonTokenType.String, $"a string for {MetadataName} \"{key}\"");
            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Malformed($"each key of {MetadataName} once", $"a second \"{key}\"", 8 + reader.TokenStartIndex);
            }
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name, long at)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, $"an object for tensor \"{name}\"");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, $"a string as dtype of \"{name}\"");
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, $"shape of \"{name}\"");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, $"data_offsets of \"{name}\"");
                    break;
                default:
                    throw Malformed($"dtype, shape and data_offsets of \"{name}\", each once", $"\"{key}\"", 8 + reader.TokenStartIndex);
            }
        }
        if (type is null || shape is null || offsets is null)
        {
            throw Malformed(
                $"dtype, shape and data_offsets of \"{name}\"",
                type is null ? "no dtype"
                    : shape is null ? "no shape"
                    : "no data_offsets",
                at
            );
        }
        var element = ElementTypes.FromSafetensors(type) ?? throw Malformed($"a known dtype of \"{name}\"", type, at);
        if (offsets is not [var begin, var end] || begin > end)
        {
            throw Malformed($"data_offsets [begin, end] with begin <= end of \"{name}\"", TensorShape.Text(offsets), at);
        }
        if (TensorShape.Bytes(shape, element) is not { } bytes || bytes != end - begin)
        {
            throw Malformed($"{end - begin} bytes (data_offsets) of \"{name}\"", $"{type} of shape {TensorShape.Text(shape)}", at);
        }
        _entries.Add(new(name, element, shape.AsReadOnly(), begin, bytes));
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"an array as {what}");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Malformed(
                    $"whole numbers from 0 to 2^63 - 1 as {what}",
                    Encoding.UTF8.GetString(reader.ValueSpan),
                    8 + reader.TokenStartIndex
                );
            }
            numbers.Add(number);
        }
        return numbers;
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (reader.TokenType != token)
        {
            throw Malformed(what, $"{reader.TokenType}", 8 + reader.TokenStartIndex);
        }
    }

    // Each tensor begins where the one before ends, from the first byte of the data to the last of the file.
    private void CheckData(long dataBytes)
    {
        _entries.Sort(
            (a, b) =>
                (a.Offset, a.Bytes).CompareTo((b.Offset, b.Bytes)) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name)
        );
        var end = 0L;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.Offset + entry.Bytes > dataBytes)
            {
                throw Malformed($"\"{entry.Name}\" inside the {dataBytes} bytes of data", $"an end at {entry.Offset + entry.Bytes}", 8);
            }
            if (entry.Offset != end)
            {
                var what = entry.Offset < end ? "an overlap" : "a hole";
                throw Malformed($"\"{entry.Name}\" at offset {end}, where the tensor before it ends", $"offset {entry.Offset} ({what})", 8);
            }
            end += entry.Bytes;
            _entries[i] = entry with { Offset = _dataStart + entry.Offset };
        }
        if (end != dataBytes)
        {
            throw Malformed($"the end of the file after {end} bytes of data", $"{dataBytes} bytes", _dataStart + end);
        }
    }

    private MalformedFileException Malformed(string expected, string found, long offset) => new(_path, expected, found, byteOffset: offset);
}
