using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ResearchKit.Data;

/// <summary>The tag of an element; a small element has its data in the tag.</summary>
internal readonly record struct Mat5Tag(uint Type, long Bytes, byte[]? Small);

/// <summary>A variable; without array if it was not asked for.</summary>
internal readonly record struct Mat5Matrix(string Name, Mat5Array? Array);

/// <summary>Reads the elements of a MATLAB 5 file.</summary>
internal sealed class Mat5ElementReader(BinarySource source, bool swaps)
{
    private const int LongestName = 1 << 12;
    private const int MostAxes = 32;

    private long _left;

    internal BinarySource Source => source;

    internal Mat5Tag TagOf(byte[] head)
    {
        uint first = Word(head, 0);
        uint small = first >> 16;
        if (small == 0)
            return new Mat5Tag(first, Word(head, 4), null);
        if (small > 4)
            throw source.Error("a small element of at most 4 bytes", $"{small}", source.Offset - 8);
        return new Mat5Tag(first & 0xFFFF, small, head[4..(4 + (int)small)]);
    }

    internal async Task<Mat5Matrix> ReadMatrixAsync(long bytes, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        _left = bytes;
        byte[] flags = await ReadSmallAsync(6, 8, 8, "array flags", cancellationToken).ConfigureAwait(false);
        uint flagWord = Word(flags, 0);
        byte kind = (byte)flagWord;
        byte[] dimensions = await ReadSmallAsync(5, 8, 4 * MostAxes, "the lengths of 2 to 32 axes", cancellationToken)
            .ConfigureAwait(false);
        int[] shape = ShapeOf(dimensions);
        byte[] nameBytes = await ReadSmallAsync(1, 0, LongestName, "the name of a variable", cancellationToken).ConfigureAwait(false);
        string name = Encoding.UTF8.GetString(nameBytes);
        if (!wanted.Contains(name))
        {
            await source.SkipAsync(_left, $"the rest of '{name}'", cancellationToken).ConfigureAwait(false);
            return new Mat5Matrix(name, null);
        }

        if (kind is < 6 or > 15)
            throw source.Error($"'{name}' to be a numeric array", KindName(kind));
        if ((flagWord & 0x0800) != 0)
            throw source.Error($"'{name}' to be real", "a complex array");
        long count = 1;
        foreach (int length in shape)
        {
            count *= length;
            if (count > System.Array.MaxLength)
                throw source.Error($"at most {System.Array.MaxLength} elements in '{name}'", $"({string.Join(" x ", shape)})");
        }

        Array elements = await ReadElementsAsync(kind, count, name, cancellationToken).ConfigureAwait(false);
        await source.SkipAsync(_left, $"the rest of '{name}'", cancellationToken).ConfigureAwait(false);
        return new Mat5Matrix(name, new Mat5Array(name, elements.GetType().GetElementType()!, shape, elements));
    }

    private Task<Array> ReadElementsAsync(byte kind, long count, string name, CancellationToken cancellationToken) =>
        kind switch
        {
            6 => ReadElementsAsync<double>(count, name, cancellationToken),
            7 => ReadElementsAsync<float>(count, name, cancellationToken),
            8 => ReadElementsAsync<sbyte>(count, name, cancellationToken),
            9 => ReadElementsAsync<byte>(count, name, cancellationToken),
            10 => ReadElementsAsync<short>(count, name, cancellationToken),
            11 => ReadElementsAsync<ushort>(count, name, cancellationToken),
            12 => ReadElementsAsync<int>(count, name, cancellationToken),
            13 => ReadElementsAsync<uint>(count, name, cancellationToken),
            14 => ReadElementsAsync<long>(count, name, cancellationToken),
            _ => ReadElementsAsync<ulong>(count, name, cancellationToken),
        };

    private async Task<Array> ReadElementsAsync<T>(long count, string name, CancellationToken cancellationToken)
        where T : unmanaged, INumber<T>
    {
        Mat5Tag tag = await ReadTagAsync(cancellationToken).ConfigureAwait(false);
        // MATLAB stores the elements in the smallest type that holds them all, whatever the type of the array.
        return tag.Type switch
        {
            1 => await StoredAsync<sbyte, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            2 => await StoredAsync<byte, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            3 => await StoredAsync<short, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            4 => await StoredAsync<ushort, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            5 => await StoredAsync<int, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            6 => await StoredAsync<uint, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            7 => await StoredAsync<float, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            9 => await StoredAsync<double, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            12 => await StoredAsync<long, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            13 => await StoredAsync<ulong, T>(tag, count, name, cancellationToken).ConfigureAwait(false),
            _ => throw source.Error($"numbers in '{name}'", $"elements of type {tag.Type}", source.Offset - 8),
        };
    }

    private async Task<Array> StoredAsync<TStored, T>(Mat5Tag tag, long count, string name, CancellationToken cancellationToken)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        long start = source.Offset;
        int size = Unsafe.SizeOf<TStored>();
        if (tag.Bytes != count * size)
            throw source.Error($"{count * size} bytes for the {count} elements of '{name}'", $"{tag.Bytes}", start - 8);
        TStored[] stored;
        if (tag.Small is { } inTag)
        {
            stored = MemoryMarshal.Cast<byte, TStored>(inTag).ToArray();
        }
        else
        {
            Take(tag.Bytes, $"the elements of '{name}'");
            stored = await source.ReadElementsAsync<TStored>(count, $"the elements of '{name}'", cancellationToken).ConfigureAwait(false);
            await SkipPaddingAsync(tag.Bytes, cancellationToken).ConfigureAwait(false);
        }

        if (swaps)
            Swap(stored);
        if (stored is T[] same && typeof(T) == typeof(TStored))
            return same;
        try
        {
            return System.Array.ConvertAll(stored, ToExact<TStored, T>);
        }
        catch (OverflowException e)
        {
            throw source.Error($"elements of '{name}' within {typeof(T).Name}", "one outside", start, e);
        }
    }

    private static T ToExact<TStored, T>(TStored value)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        T converted = T.CreateChecked(value);
        bool isWhole = typeof(T) == typeof(double) || typeof(T) == typeof(float) || TStored.IsInteger(value);
        return isWhole ? converted : throw new OverflowException();
    }

    private async Task<byte[]> ReadSmallAsync(uint type, int least, int most, string what, CancellationToken cancellationToken)
    {
        Mat5Tag tag = await ReadTagAsync(cancellationToken).ConfigureAwait(false);
        if (tag.Type != type || tag.Bytes < least || tag.Bytes > most)
        {
            throw source.Error(
                string.Create(CultureInfo.InvariantCulture, $"{what} (type {type}, {least} to {most} bytes)"),
                string.Create(CultureInfo.InvariantCulture, $"type {tag.Type}, {tag.Bytes} bytes"),
                source.Offset - 8
            );
        }

        if (tag.Small is not null)
            return tag.Small;
        Take(tag.Bytes, what);
        var data = new byte[tag.Bytes];
        await source.ReadAsync(data, what, cancellationToken).ConfigureAwait(false);
        await SkipPaddingAsync(tag.Bytes, cancellationToken).ConfigureAwait(false);
        return data;
    }

    private async Task<Mat5Tag> ReadTagAsync(CancellationToken cancellationToken)
    {
        Take(8, "the tag of an element");
        var head = new byte[8];
        await source.ReadAsync(head, "the tag of an element", cancellationToken).ConfigureAwait(false);
        return TagOf(head);
    }

    private Task SkipPaddingAsync(long bytes, CancellationToken cancellationToken)
    {
        long padding = Math.Min(_left, (8 - bytes % 8) % 8);
        _left -= padding;
        return source.SkipAsync(padding, "padding to 8 bytes", cancellationToken);
    }

    private void Take(long bytes, string what)
    {
        if (bytes > _left)
            throw source.Error(what, $"only {_left} bytes left of the array");
        _left -= bytes;
    }

    private int[] ShapeOf(byte[] dimensions)
    {
        if (dimensions.Length % 4 != 0)
            throw source.Error("the lengths of the axes, 4 bytes each", $"{dimensions.Length} bytes");
        var shape = new int[dimensions.Length / 4];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int length = (int)Word(dimensions, 4 * axis);
            shape[axis] = length >= 0 ? length : throw source.Error("a length from 0 on", $"{length}");
        }

        return shape;
    }

    private uint Word(byte[] bytes, int at)
    {
        uint word = MemoryMarshal.Read<uint>(bytes.AsSpan(at));
        return swaps ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    private static void Swap<T>(T[] elements)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(elements.AsSpan());
        int size = Unsafe.SizeOf<T>();
        for (int at = 0; size > 1 && at < bytes.Length; at += size)
            bytes.Slice(at, size).Reverse();
    }

    private static string KindName(byte kind) =>
        kind switch
        {
            1 => "a cell array",
            2 => "a struct",
            3 => "an object",
            4 => "a text",
            5 => "a sparse array",
            _ => $"an array of class {kind}",
        };
}
