using System.Buffers.Binary;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// Reads the part of Python's pickle format that a dictionary of tensors needs. It runs nothing: a pickle can name any function of Python to be called while it
/// is read; here five names stand for what they make (an ordered dictionary, a tensor, a parameter, a size, a storage of a type), and any other is refused.
/// Memory is bounded by the pickle's length and <see cref="MaximumObjects"/>.
/// </summary>
internal sealed class PickleReader
{
    public const int MaximumObjects = 2_000_000;

    private static readonly object Mark = new();
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _pickle;
    private readonly string _path;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _at;
    private int _start;
    private int _objects;

    private PickleReader(byte[] pickle, string path) => (_pickle, _path) = (pickle, path);

    public sealed class Dictionary
    {
        public Dictionary<object, object?> Items { get; } = [];

        public List<object> Keys { get; } = [];
    }

    public sealed class Sequence(List<object?> items, bool isTuple)
    {
        public List<object?> Items { get; } = items;

        public bool IsTuple { get; } = isTuple;
    }

    private sealed record Global(string Name);

    /// <summary>What the pickle holds: null, bool, long, double, string, <see cref="Dictionary"/>, <see cref="Sequence"/> or <see cref="PickledTensor"/>.</summary>
    /// <exception cref="MalformedFileException">The pickle is damaged, or holds something else.</exception>
    public static object? Read(byte[] pickle, string path) => new PickleReader(pickle, path).Read();

    private object? Read()
    {
        while (true)
        {
            _start = _at;
            var code = Take(1)[0];
            switch (code)
            {
                case 0x80: // PROTO
                    if (Take(1)[0] is not (>= 2 and <= 4) and var protocol)
                    {
                        throw Malformed("pickle protocol 2", $"{protocol}");
                    }
                    break;
                case (byte)'.': // STOP
                    return _stack is [var result] && !ReferenceEquals(result, Mark)
                        ? result
                        : throw Malformed("one object at the end", $"{_stack.Count}");
                case (byte)'(':
                    Push(Mark);
                    break;
                case (byte)'0':
                    Pop();
                    break;
                case (byte)'N':
                    Push(null);
                    break;
                case 0x88:
                    Push(true);
                    break;
                case 0x89:
                    Push(false);
                    break;
                case (byte)'J':
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case (byte)'K':
                    Push((long)Take(1)[0]);
                    break;
                case (byte)'M':
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 0x8A:
                    Push(Long(Take(Take(1)[0])));
                    break;
                case (byte)'G':
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case 0x8C:
                    Push(Text(Take(1)[0]));
                    break;
                case (byte)'}':
                    Push(new Dictionary());
                    break;
                case (byte)']':
                    Push(new Sequence([], false));
                    break;
                case (byte)')':
                    Push(Tuple([]));
                    break;
                case (byte)'t':
                    Push(Tuple(PopToMark()));
                    break;
                case 0x85 or 0x86 or 0x87:
                    Push(Tuple(PopMany(code - 0x84)));
                    break;
                case (byte)'q':
                    _memo[Take(1)[0]] = Top;
                    break;
                case (byte)'r':
                    _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top;
                    break;
                case (byte)'h':
                    Push(Recall(Take(1)[0]));
                    break;
                case (byte)'j':
                    Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case (byte)'a':
                    Append(PopMany(1));
                    break;
                case (byte)'e':
                    Append(PopToMark());
                    break;
                case (byte)'s':
                    SetItems(PopMany(2));
                    break;
                case (byte)'u':
                    SetItems(PopToMark());
                    break;
                case (byte)'c':
                    Push(ReadGlobal());
                    break;
                case (byte)'Q':
                    Push(Storage(Pop()));
                    break;
                case (byte)'R':
                    Push(Make());
                    break;
                case (byte)'b': // the attributes of an ordered dictionary: versions of the modules
                    if (Pop() is not Dictionary || Top is not Dictionary)
                    {
                        throw Malformed("attributes of a dictionary", "those of another object");
                    }
                    break;
                default:
                    throw Malformed("only tensors and plain containers", $"the pickle operation 0x{code:x2}");
            }
        }
    }

    private object? Make()
    {
        var arguments = Pop() is Sequence { IsTuple: true } tuple ? tuple.Items : throw Malformed("a tuple of arguments", "another object");
        var name = (Pop() as Global)?.Name ?? throw Malformed("a named constructor", "another object");
        return (name, arguments) switch
        {
            ("collections.OrderedDict", []) => new Dictionary(),
            ("torch.Size", [Sequence { IsTuple: true } sizes]) => sizes,
            ("torch._utils._rebuild_parameter", [PickledTensor tensor, bool, Dictionary { Keys.Count: 0 }]) => tensor,
            (
                "torch._utils._rebuild_tensor_v2",
                [PickledStorage storage, long offset, Sequence shape, Sequence strides, bool, Dictionary { Keys.Count: 0 }]
            ) => PickledTensor.Create(storage, offset, Numbers(shape), Numbers(strides))
                ?? throw Malformed(
                    $"a tensor inside its storage of {storage.Count} elements",
                    $"shape {TensorShape.Text(Numbers(shape))}, strides {TensorShape.Text(Numbers(strides))}, offset {offset}"
                ),
            _ => throw Malformed($"the usual arguments of {name}", $"{arguments.Count} others"),
        };
    }

    private PickledStorage Storage(object? id)
    {
        if (
            id is Sequence { Items: ["storage", Global { Name: var type }, string key, string, long count] }
            && count >= 0
            && StorageType(type) is { } element
        )
        {
            return new(key, element, count);
        }
        throw Malformed("a storage: its type, key, place and number of elements", "something else");
    }

    private Global ReadGlobal()
    {
        var name = $"{Line()}.{Line()}";
        return
            name is "collections.OrderedDict" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_parameter" or "torch.Size"
            || StorageType(name) is not null
            ? new(name)
            : throw Malformed("only tensors and plain containers; nothing of it is run", $"the Python name {name}");
    }

    private static ElementType? StorageType(string name) =>
        name switch
        {
            "torch.FloatStorage" => ElementType.Float32,
            "torch.DoubleStorage" => ElementType.Float64,
            "torch.HalfStorage" => ElementType.Float16,
            "torch.BFloat16Storage" => ElementType.BFloat16,
            "torch.LongStorage" => ElementType.Int64,
            "torch.IntStorage" => ElementType.Int32,
            "torch.ShortStorage" => ElementType.Int16,
            "torch.CharStorage" => ElementType.Int8,
            "torch.ByteStorage" => ElementType.UInt8,
            "torch.BoolStorage" => ElementType.Bool,
            "torch.ComplexFloatStorage" => ElementType.Complex64,
            "torch.ComplexDoubleStorage" => ElementType.Complex128,
            _ => null,
        };

    private static Sequence Tuple(List<object?> items) => new(items, true);

    private long[] Numbers(Sequence sequence) =>
        [
            .. sequence.Items.Select(item =>
                item is long number ? number : throw Malformed("whole numbers as shape and strides", "another object")
            ),
        ];

    private void Append(List<object?> items)
    {
        if (Top is not Sequence { IsTuple: false } list)
        {
            throw Malformed("a list to append to", "another object");
        }
        list.Items.AddRange(items);
    }

    private void SetItems(List<object?> items)
    {
        if (Top is not Dictionary dictionary || items.Count % 2 != 0)
        {
            throw Malformed("pairs of keys and values for a dictionary", "another object");
        }
        for (var i = 0; i < items.Count; i += 2)
        {
            if (items[i] is not (string or long) || !dictionary.Items.TryAdd(items[i]!, items[i + 1]))
            {
                throw Malformed("texts and whole numbers as keys of a dictionary, each once", $"{items[i] ?? "None"}");
            }
            dictionary.Keys.Add(items[i]!);
        }
    }

    private object? Top => _stack is [.., var top] && !ReferenceEquals(top, Mark) ? top : throw Malformed("an object", "nothing");

    private void Push(object? value)
    {
        if (++_objects > MaximumObjects)
        {
            throw Malformed($"at most {MaximumObjects} objects", "more");
        }
        _stack.Add(value);
    }

    private object? Pop()
    {
        var top = Top;
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private List<object?> PopMany(int count)
    {
        var items = new List<object?>(count);
        for (var i = 0; i < count; i++)
        {
            items.Add(Pop());
        }
        items.Reverse();
        return items;
    }

    private List<object?> PopToMark()
    {
        var mark = _stack.FindLastIndex(item => ReferenceEquals(item, Mark));
        if (mark < 0)
        {
            throw Malformed("a mark on the stack", "none");
        }
        var items = _stack[(mark + 1)..];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private object? Recall(uint index) =>
        _memo.TryGetValue(index, out var value) ? value : throw Malformed("an object remembered before", $"{index}");

    private long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            throw Malformed("whole numbers of at most 64 bits", $"{8 * bytes.Length} bits");
        }
        var value = bytes is [.., >= 0x80] ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }
        return value;
    }

    private string Text(uint length)
    {
        try
        {
            return length <= int.MaxValue
                ? StrictUtf8.GetString(Take((int)length))
                : throw Malformed("a text inside the pickle", $"{length} bytes");
        }
        catch (ArgumentException exception)
        {
            throw new MalformedFileException(_path, "UTF-8 text", "other bytes", byteOffset: _start, innerException: exception);
        }
    }

    private string Line()
    {
        var rest = _pickle.AsSpan(_at);
        var end = rest[..Math.Min(rest.Length, 200)].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw Malformed("a Python name of at most 200 bytes", "none");
        }
        _at += end + 1;
        return Encoding.Latin1.GetString(rest[..end]);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _pickle.Length - _at)
        {
            throw Malformed($"{count} more bytes", "the end of the pickle");
        }
        _at += count;
        return _pickle.AsSpan(_at - count, count);
    }

    private MalformedFileException Malformed(string expected, string found) => new(_path, expected, found, byteOffset: _start);
}
