using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// Reads the header of an npy file: 93 'NUMPY', the version, the length, and a Python dictionary literal with the keys descr, fortran_order and shape.
/// Only that much of Python's syntax is read.
/// </summary>
internal sealed class NpyHeaderReader
{
    private const int MostAxes = 64;
    private const int LongestHeader = 1 << 20;

    private readonly string _name;
    private readonly string _text;
    private readonly int _textOffset;
    private int _next;

    private NpyHeaderReader(string name, string text, int textOffset)
    {
        _name = name;
        _text = text;
        _textOffset = textOffset;
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal static NpyHeader Read(Stream stream, string name)
    {
        var start = new byte[12];
        int read = stream.ReadAtLeast(start.AsSpan(0, 8), 8, throwOnEndOfStream: false);
        if (read < 8 || !start.AsSpan().StartsWith(Magic))
            throw new MalformedFileException(
                name,
                "an npy file, which begins with 93 'NUMPY'",
                Convert.ToHexString(start, 0, read),
                byteOffset: 0
            );
        (byte major, byte minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new MalformedFileException(name, "npy version 1.0, 2.0 or 3.0", $"{major}.{minor}", byteOffset: 6);
        Span<byte> lengthBytes = start.AsSpan(8, major == 1 ? 2 : 4);
        if (stream.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false) < lengthBytes.Length)
            throw new MalformedFileException(name, "the length of the header", "the end of the file", byteOffset: 8);
        uint length =
            major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > LongestHeader)
            throw new MalformedFileException(name, $"a header of at most {LongestHeader} bytes", $"{length} bytes", byteOffset: 8);
        var header = new byte[length];
        int offset = 8 + lengthBytes.Length;
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw new MalformedFileException(name, $"a header of {length} bytes", "the end of the file", byteOffset: offset);
        string text = (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(header);
        return new NpyHeaderReader(name, text, offset).Parse(offset + header.Length);
    }

    private NpyHeader Parse(int dataOffset)
    {
        string? descriptor = null;
        bool? fortranOrder = null;
        int[]? shape = null;
        Expect('{');
        while (!TryTake('}'))
        {
            string key = TakeString();
            Expect(':');
            switch (key)
            {
                case "descr" when descriptor is null:
                    if (Peek() == '[')
                        throw Wrong("a plain element type (records with fields are not read)", Rest());
                    descriptor = TakeString();
                    break;
                case "fortran_order" when fortranOrder is null:
                    fortranOrder = TakeBoolean();
                    break;
                case "shape" when shape is null:
                    shape = TakeShape();
                    break;
                default:
                    throw Wrong("each of descr, fortran_order and shape once", key);
            }

            if (!TryTake(',') && Peek() != '}')
                throw Wrong("',' or '}'", Rest());
        }

        if (Peek() != '\0')
            throw Wrong("nothing after the dictionary", Rest());
        if (descriptor is null || fortranOrder is null || shape is null)
            throw Wrong("descr, fortran_order and shape", _text.Trim());
        (Type type, int size, bool swapped) = ElementOf(descriptor);
        return new NpyHeader
        {
            Descriptor = descriptor,
            FortranOrder = fortranOrder.Value,
            Shape = shape,
            DataOffset = dataOffset,
            ElementType = type,
            ElementSize = size,
            IsSwapped = swapped,
            Count = CountOf(shape, size),
        };
    }

    private (Type Type, int Size, bool Swapped) ElementOf(string descriptor)
    {
        if (descriptor.Length > 1 && descriptor[1] == 'O')
            throw Wrong("numbers, booleans or strings (pickled objects are not read)", descriptor);
        bool wellFormed =
            descriptor.Length >= 3
            && descriptor[0] is '<' or '>' or '|' or '='
            && int.TryParse(descriptor.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!wellFormed)
            throw Wrong("an element type such as '<f4'", descriptor);
        int size = int.Parse(descriptor.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture);
        bool swapped = descriptor[0] == (BitConverter.IsLittleEndian ? '>' : '<');
        if (descriptor[1] == 'U')
        {
            return size <= Array.MaxLength / 4
                ? (typeof(string), 4 * size, swapped)
                : throw Wrong("a string type that fits in memory", descriptor);
        }

        Type? type = (descriptor[1], size) switch
        {
            ('b', 1) => typeof(bool),
            ('i', 1) => typeof(sbyte),
            ('i', 2) => typeof(short),
            ('i', 4) => typeof(int),
            ('i', 8) => typeof(long),
            ('u', 1) => typeof(byte),
            ('u', 2) => typeof(ushort),
            ('u', 4) => typeof(uint),
            ('u', 8) => typeof(ulong),
            ('f', 2) => typeof(Half),
            ('f', 4) => typeof(float),
            ('f', 8) => typeof(double),
            _ => null,
        };
        return type is null ? throw Wrong("one of b1, i1 to i8, u1 to u8, f2, f4, f8 or U", descriptor) : (type, size, swapped && size > 1);
    }

    private int CountOf(int[] shape, int size)
    {
        // Lengths multiply beyond any number type unless checked at each step; a zero makes the array empty whatever the others are.
        if (shape.Contains(0))
            return 0;
        long count = 1;
        foreach (int length in shape)
        {
            count *= length;
            if (count * Math.Max(size, 1L) > Array.MaxLength)
                throw Wrong($"at most {Array.MaxLength} bytes of data", $"shape ({string.Join(", ", shape)})");
        }

        return (int)count;
    }

    private int[] TakeShape()
    {
        Expect('(');
        var shape = new List<int>();
        while (!TryTake(')'))
        {
            SkipBlanks();
            int start = _next;
            while (_next < _text.Length && char.IsAsciiDigit(_text[_next]))
                _next++;
            if (!int.TryParse(_text.AsSpan(start, _next - start), NumberStyles.None, CultureInfo.InvariantCulture, out int length))
                throw Wrong("the length of an axis, 0 to 2147483647", _text[start..]);
            shape.Add(length);
            if (shape.Count > MostAxes)
                throw Wrong($"at most {MostAxes} axes", "more");
            _ = TryTake('L'); // Python 2 wrote long integers so
            if (!TryTake(',') && Peek() != ')')
                throw Wrong("',' or ')'", Rest());
        }

        return [.. shape];
    }

    private bool TakeBoolean()
    {
        SkipBlanks();
        foreach (bool value in (ReadOnlySpan<bool>)[true, false])
        {
            string word = value ? "True" : "False";
            if (!_text.AsSpan(_next).StartsWith(word, StringComparison.Ordinal))
                continue;
            _next += word.Length;
            return value;
        }

        throw Wrong("True or False", Rest());
    }

    private string TakeString()
    {
        char quote = Peek();
        if (quote is not ('\'' or '"'))
            throw Wrong("a string", Rest());
        int end = _text.IndexOf(quote, _next + 1);
        if (end < 0)
            throw Wrong("the end of a string", Rest());
        string value = _text[(_next + 1)..end];
        _next = end + 1;
        return value;
    }

    private void Expect(char c)
    {
        if (!TryTake(c))
            throw Wrong($"'{c}'", Rest());
    }

    private bool TryTake(char c)
    {
        if (Peek() != c)
            return false;
        _next++;
        return true;
    }

    private char Peek()
    {
        SkipBlanks();
        return _next < _text.Length ? _text[_next] : '\0';
    }

    private void SkipBlanks()
    {
        while (_next < _text.Length && _text[_next] is ' ' or '\n' or '\t' or '\r')
            _next++;
    }

    private string Rest() => _next < _text.Length ? _text[_next..].TrimEnd() : "the end of the header";

    private MalformedFileException Wrong(string expected, string found) => new(_name, expected, found, byteOffset: _textOffset + _next);
}
