using System.Globalization;
using System.Numerics;

namespace ResearchKit.Numerics;

/// <summary>An array as numpy stores it: elements of one type, in row-major (C) order, and the lengths of the axes.</summary>
public sealed class NpyArray
{
    private readonly Array _elements;

    private NpyArray(Array elements, Type elementType, int[] shape)
    {
        long count = shape.Aggregate(1L, static (product, length) => product * length);
        if (shape.Any(static length => length < 0) || count != elements.Length)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The shape ({string.Join(", ", shape)}) does not hold {elements.Length} elements."
                ),
                nameof(shape)
            );
        }

        _elements = elements;
        ElementType = elementType;
        Shape = shape;
    }

    /// <summary>The type of the elements: bool, an integer, <see cref="Half"/>, float, double or string.</summary>
    public Type ElementType { get; }

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => _elements.Length;

    /// <summary>An array of numbers, booleans or strings.</summary>
    /// <typeparam name="T">bool, an integer of 1 to 8 bytes, <see cref="Half"/>, float, double or string.</typeparam>
    /// <param name="elements">The elements in row-major order; not copied.</param>
    /// <param name="shape">The lengths of the axes; one axis if none are given.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ArgumentException">The type cannot be stored, or the shape does not hold that many elements.</exception>
    public static NpyArray Of<T>(T[] elements, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (NpyFile.DescriptorOf(typeof(T)) is null)
            throw new ArgumentException($"Elements of type {typeof(T).Name} cannot be stored in an npy file.", nameof(elements));
        return new NpyArray(elements, typeof(T), shape.IsEmpty ? [elements.Length] : shape.ToArray());
    }

    /// <summary>A single value, without axes.</summary>
    /// <typeparam name="T">As in <see cref="Of{T}"/>.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ArgumentException">The type cannot be stored.</exception>
    public static NpyArray OfScalar<T>(T value) => new(Of<T>([value])._elements, typeof(T), []);

    internal static NpyArray OfRead(Array elements, Type elementType, int[] shape) => new(elements, elementType, shape);

    /// <summary>The elements in row-major order, without a copy.</summary>
    /// <typeparam name="T">Exactly the type of the elements.</typeparam>
    /// <returns>The array's own memory.</returns>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public T[] Elements<T>() =>
        ElementType == typeof(T)
            ? (T[])_elements
            : throw new InvalidOperationException($"The elements are {ElementType.Name}, not {typeof(T).Name}.");

    /// <summary>The elements as another type of number, in row-major order; as they are if they have that type.</summary>
    /// <typeparam name="T">A type of number. Integers that do not fit throw; a fraction is never cut off.</typeparam>
    /// <returns>The elements.</returns>
    /// <exception cref="InvalidOperationException">The elements are no numbers, or fractions would be cut off.</exception>
    /// <exception cref="OverflowException">An element is out of the range of T.</exception>
    public T[] ConvertedTo<T>()
        where T : struct, INumber<T>
    {
        bool fromFractions = ElementType == typeof(Half) || ElementType == typeof(float) || ElementType == typeof(double);
        bool toInteger = T.IsInteger(T.One / (T.One + T.One));
        if (fromFractions && toInteger)
            throw new InvalidOperationException($"The elements are {ElementType.Name}: as {typeof(T).Name} their fractions would be lost.");
        return _elements switch
        {
            T[] same when ElementType == typeof(T) => same,
            sbyte[] e when ElementType == typeof(sbyte) => Convert<sbyte, T>(e),
            byte[] e when ElementType == typeof(byte) => Convert<byte, T>(e),
            short[] e when ElementType == typeof(short) => Convert<short, T>(e),
            ushort[] e when ElementType == typeof(ushort) => Convert<ushort, T>(e),
            int[] e when ElementType == typeof(int) => Convert<int, T>(e),
            uint[] e when ElementType == typeof(uint) => Convert<uint, T>(e),
            long[] e when ElementType == typeof(long) => Convert<long, T>(e),
            ulong[] e when ElementType == typeof(ulong) => Convert<ulong, T>(e),
            Half[] e => Convert<Half, T>(e),
            float[] e => Convert<float, T>(e),
            double[] e => Convert<double, T>(e),
            _ => throw new InvalidOperationException($"The elements are {ElementType.Name}, which are no numbers."),
        };
    }

    private static TTo[] Convert<TFrom, TTo>(TFrom[] elements)
        where TFrom : struct, INumber<TFrom>
        where TTo : struct, INumber<TTo> => Array.ConvertAll(elements, TTo.CreateChecked);
}
