namespace ResearchKit.Data;

/// <summary>
/// Reads structures of Thrift's compact protocol, which Parquet's footer and page headers are written in, into plain values by field number. Every count and length is
/// held against the bytes that are left, so that damaged bytes end in an exception at once.
/// </summary>
internal ref struct CompactThrift(ReadOnlySpan<byte> bytes)
{
    private const int DeepestNesting = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one structure: whole numbers as <see cref="long"/>, lists as arrays, structures as dictionaries; other values are passed over and null.</summary>
    /// <param name="structure">Its name in <see cref="ParquetShapes"/>: known fields must have their types.</param>
    /// <exception cref="FormatException">The bytes are no such structure.</exception>
    public Dictionary<int, object?> ReadStructure(string structure) => Structure(structure, 0);

    private Dictionary<int, object?> Structure(string? structure, int depth)
    {
        if (depth > DeepestNesting)
            throw new FormatException("structures are nested too deeply");
        Dictionary<int, object?> fields = [];
        int field = 0;
        while (true)
        {
            byte head = Byte();
            if (head == 0)
                return fields;
            int delta = head >> 4;
            field = delta == 0 ? (int)Signed() : field + delta;
            string? type = ParquetShapes.OfField(structure, field);
            Expect(type, head & 15);
            fields[field] = Value(head & 15, type, inField: true, depth);
        }
    }

    private object? Value(int type, string? shape, bool inField, int depth)
    {
        switch (type)
        {
            case 1 or 2: // true and false: in a field the type is the value
                if (!inField)
                    _ = Byte();
                return null;
            case 3:
                return (long)(sbyte)Byte();
            case 4 or 5 or 6:
                return Signed();
            case 7:
                _ = Take(8);
                return null;
            case 8:
                _ = Take(Count(Unsigned()));
                return null;
            case 9 or 10:
                return List(ParquetShapes.OfElement(shape), depth);
            case 11:
                Map(depth);
                return null;
            case 12:
                return Structure(shape, depth + 1);
            default:
                throw new FormatException($"there is no type {type}");
        }
    }

    private object?[] List(string? element, int depth)
    {
        byte head = Byte();
        int count = Count(head >> 4 == 15 ? Unsigned() : (ulong)(head >> 4));
        if (count > 0)
            Expect(element, head & 15);
        var items = new object?[count];
        for (int i = 0; i < count; i++)
            items[i] = Value(head & 15, element, inField: false, depth);
        return items;
    }

    private void Map(int depth)
    {
        int count = Count(Unsigned());
        if (count == 0)
            return;
        byte types = Byte();
        for (int i = 0; i < count; i++)
        {
            _ = Value(types >> 4, null, inField: false, depth);
            _ = Value(types & 15, null, inField: false, depth);
        }
    }

    private static void Expect(string? shape, int type)
    {
        if (shape is not null && !ParquetShapes.Fits(shape, type))
            throw new FormatException($"a value of type {type} where {shape} belongs");
    }

    /// <summary>A number of things of at least one byte each.</summary>
    private readonly int Count(ulong count) =>
        count <= (ulong)(_bytes.Length - Position)
            ? (int)count
            : throw new FormatException($"a count of {count} where {_bytes.Length - Position} bytes are left");

    private long Signed()
    {
        ulong zigzag = Unsigned();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        throw new FormatException("a number has more than 64 bits");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
            throw new FormatException("the structure is cut off");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
