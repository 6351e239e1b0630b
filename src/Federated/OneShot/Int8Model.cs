using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// A client's model after post-training static quantisation, as the server of FENS sends it to all clients (arXiv:2411.07182, section 3): weights in 8 bits, one
/// scale a tensor. One-dimensional tensors (biases, scales and means of normalisation) keep 32 bits: they are few, and integer arithmetic adds them at that width.
/// </summary>
public sealed class Int8Model
{
    private readonly Int8Tensor?[] _tensors;
    private readonly ParameterVector _rest;

    private Int8Model(ParameterLayout layout, Int8Tensor?[] tensors, ParameterVector rest) =>
        (Layout, _tensors, _rest) = (layout, tensors, rest);

    /// <summary>The layout of the model.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The values in 8 bits.</summary>
    public long QuantizedValues => _tensors.Sum(tensor => tensor?.Codes.LongLength ?? 0);

    /// <summary>The quantised tensors by name.</summary>
    public IEnumerable<(string Name, Int8Tensor Tensor)> Tensors =>
        Layout.Entries.Zip(_tensors).Where(pair => pair.Second is not null).Select(pair => (pair.First.Name, pair.Second!));

    /// <summary>Quantises parameters.</summary>
    /// <param name="parameters">The parameters; finite.</param>
    public static Int8Model Of(ParameterVector parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var layout = parameters.Layout;
        return new(
            layout,
            [.. layout.Entries.Select(entry => IsQuantized(entry) ? Int8Tensor.Symmetric(parameters.Slice(entry.Name)) : null)],
            parameters.Clone()
        );
    }

    /// <summary>The bytes of the message of a model of this layout.</summary>
    public static long SizeOf(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return ModelMessage.HeaderBytes
            + layout.Entries.Sum(entry => IsQuantized(entry) ? sizeof(float) + (long)entry.Count : sizeof(float) * (long)entry.Count);
    }

    /// <summary>The parameters as the receivers compute with them.</summary>
    public ParameterVector Dequantize()
    {
        var vector = _rest.Clone();
        foreach (var (name, tensor) in Tensors)
        {
            tensor.CopyTo(vector.Slice(name));
        }
        return vector;
    }

    /// <summary>The message.</summary>
    public byte[] Write()
    {
        var message = new byte[SizeOf(Layout)];
        ModelMessage.WriteHeader(message, encoding: 1, Layout);
        var to = message.AsSpan(ModelMessage.HeaderBytes);
        for (var i = 0; i < _tensors.Length; i++)
        {
            if (_tensors[i] is { } tensor)
            {
                BinaryPrimitives.WriteSingleLittleEndian(to, tensor.Scale);
                MemoryMarshal.AsBytes<sbyte>(tensor.Codes).CopyTo(to[sizeof(float)..]);
                to = to[(sizeof(float) + tensor.Codes.Length)..];
                continue;
            }
            foreach (var value in _rest.Slice(Layout.Entries[i].Name))
            {
                BinaryPrimitives.WriteSingleLittleEndian(to, value);
                to = to[sizeof(float)..];
            }
        }
        return message;
    }

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="layout">The layout of the receiver's model.</param>
    /// <exception cref="ResearchKitException">RK6103: it is no such message, cut off, or of another layout.</exception>
    public static Int8Model Read(ReadOnlySpan<byte> message, ParameterLayout layout)
    {
        var from = ModelMessage.Payload(message, encoding: 1, layout);
        if (message.Length != SizeOf(layout))
        {
            throw ModelMessage.Refuse(
                string.Create(CultureInfo.InvariantCulture, $"it has {message.Length} bytes, {SizeOf(layout)} are needed")
            );
        }
        var tensors = new Int8Tensor?[layout.Entries.Count];
        var rest = new ParameterVector(layout);
        for (var i = 0; i < tensors.Length; i++)
        {
            var entry = layout.Entries[i];
            if (IsQuantized(entry))
            {
                var codes = MemoryMarshal.Cast<byte, sbyte>(from.Slice(sizeof(float), entry.Count)).ToArray();
                tensors[i] = new(BinaryPrimitives.ReadSingleLittleEndian(from), 0, codes);
                from = from[(sizeof(float) + entry.Count)..];
                continue;
            }
            foreach (ref var value in rest.Slice(entry.Name))
            {
                value = BinaryPrimitives.ReadSingleLittleEndian(from);
                from = from[sizeof(float)..];
            }
        }
        return new(layout, tensors, rest);
    }

    private static bool IsQuantized(ParameterEntry entry) => !entry.IsBuffer && entry.Shape.Count >= 2;
}
