using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>A numeric array of a MATLAB 5 file: elements as MATLAB stores them, the first index running fastest.</summary>
public sealed class Mat5Array
{
    private readonly Array _elements;

    internal Mat5Array(string name, Type elementType, int[] shape, Array elements) =>
        (Name, ElementType, Shape, _elements) = (name, elementType, shape, elements);

    /// <summary>The name of the variable.</summary>
    public string Name { get; }

    /// <summary>The type: an integer of 1 to 8 bytes, float or double; a logical array is of bytes.</summary>
    public Type ElementType { get; }

    /// <summary>The lengths of the axes, at least two.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => _elements.Length;

    /// <summary>The elements, the first index running fastest, without a copy.</summary>
    /// <typeparam name="T">Exactly the type of the elements.</typeparam>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public T[] Elements<T>() =>
        ElementType == typeof(T)
            ? (T[])_elements
            : throw new InvalidOperationException($"The elements of {Name} are {ElementType.Name}, not {typeof(T).Name}.");

    /// <summary>The elements as doubles, the first index running fastest.</summary>
    public double[] ToDoubles() => NpyArray.OfRead(_elements, ElementType, [_elements.Length]).ConvertedTo<double>();

    /// <summary>A copy in row-major order, the last index running fastest.</summary>
    /// <typeparam name="T">Exactly the type of the elements.</typeparam>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public NpyArray ToRowMajor<T>() => NpyArray.OfRead(NpyElements.ToRowMajor(Elements<T>(), Shape), typeof(T), [.. Shape]);
}
