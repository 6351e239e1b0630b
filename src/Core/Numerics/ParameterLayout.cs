using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace ResearchKit.Numerics;

/// <summary>
/// The tensors of a module, in the order of its state, and where each lies in one flat vector: first all parameters, then, if asked for, all buffers.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, ParameterEntry> _byName;

    private ParameterLayout(IEnumerable<(string Name, IReadOnlyList<long> Shape, ElementType Type, bool IsBuffer)> tensors)
    {
        var entries = new List<ParameterEntry>();
        _byName = new(StringComparer.Ordinal);
        var offset = 0;
        foreach (var (name, shape, type, isBuffer) in tensors)
        {
            if (TensorShape.Count(shape) is not { } count || count > Array.MaxLength - offset)
            {
                throw new ArgumentException(
                    $"{name} has the shape {TensorShape.Text(shape)}; dimensions are 0 or more, and a vector has at most {Array.MaxLength} elements.",
                    nameof(tensors)
                );
            }
            var entry = new ParameterEntry(name, shape, type, offset, (int)count, isBuffer);
            if (!_byName.TryAdd(name, entry))
            {
                throw new ArgumentException($"Two tensors are named {name}.", nameof(tensors));
            }
            entries.Add(entry);
            offset += (int)count;
            ParameterLength += isBuffer ? 0 : (int)count;
        }
        Entries = entries.AsReadOnly();
        Length = offset;
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<ParameterEntry> Entries { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The number of elements of parameters; those of buffers follow.</summary>
    public int ParameterLength { get; }

    /// <summary>The layout of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="includeBuffers">Whether buffers (running means, counters) belong to the vector.</param>
    /// <exception cref="ArgumentException">A tensor's elements are not float32, float16, bfloat16 or int64 (counters), or there are too many.</exception>
    public static ParameterLayout Of(torch.nn.Module module, bool includeBuffers = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new(
            Tensors(module, includeBuffers)
                .Select(tensor => (tensor.Name, Shape(tensor.Tensor), TypeOf(tensor.Name, tensor.Tensor), tensor.IsBuffer))
        );
    }

    /// <summary>A layout of float32 parameters, without a module.</summary>
    /// <exception cref="ArgumentException">A name comes twice, a dimension is negative, or there are too many elements.</exception>
    public static ParameterLayout Create(IEnumerable<(string Name, IReadOnlyList<long> Shape)> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new(parameters.Select(tensor => (tensor.Name, (IReadOnlyList<long>)[.. tensor.Shape], ElementType.Float32, false)));
    }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public ParameterEntry this[string name] =>
        TryFind(name, out var entry)
            ? entry
            : throw new ArgumentException(
                $"The layout has no tensor {name}; it has {string.Join(", ", _byName.Keys.Take(8))}{(_byName.Count > 8 ? ", ..." : "")}.",
                nameof(name)
            );

    /// <summary>Finds a tensor by name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out ParameterEntry? entry) => _byName.TryGetValue(name, out entry);

    /// <summary>Whether another layout has the same tensors in the same order: names, shapes, types.</summary>
    public bool Fits(ParameterLayout other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other) || FirstDifference(other) is null;
    }

    /// <exception cref="ArgumentException">The layouts differ; the message names the first difference.</exception>
    internal void EnsureFits(ParameterLayout other, string argument)
    {
        if (!ReferenceEquals(this, other) && FirstDifference(other) is { } difference)
        {
            throw new ArgumentException($"The layouts differ: {difference}.", argument);
        }
    }

    private string? FirstDifference(ParameterLayout other)
    {
        for (var i = 0; i < Math.Max(Entries.Count, other.Entries.Count); i++)
        {
            var mine = i < Entries.Count ? Entries[i] : null;
            var theirs = i < other.Entries.Count ? other.Entries[i] : null;
            if (mine is null || theirs is null || !mine.Fits(theirs))
            {
                return $"at position {i}, {mine?.Text ?? "nothing"} here and {theirs?.Text ?? "nothing"} there";
            }
        }
        return null;
    }

    internal static IEnumerable<(string Name, torch.Tensor Tensor, bool IsBuffer)> Tensors(torch.nn.Module module, bool includeBuffers)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            yield return (name, parameter, false);
        }
        if (includeBuffers)
        {
            foreach (var (name, buffer) in module.named_buffers())
            {
                yield return (name, buffer, true);
            }
        }
    }

    internal static IReadOnlyList<long> Shape(torch.Tensor tensor) => tensor.shape;

    internal static ElementType TypeOf(string name, torch.Tensor tensor) =>
        tensor.dtype switch
        {
            torch.ScalarType.Float32 => ElementType.Float32,
            torch.ScalarType.Float16 => ElementType.Float16,
            torch.ScalarType.BFloat16 => ElementType.BFloat16,
            torch.ScalarType.Int64 => ElementType.Int64,
            var type => throw new ArgumentException(
                $"{name} has elements of type {type}; a vector holds float32, float16, bfloat16 and int64."
            ),
        };
}
