using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// Parameters as they cross the network: 32 bytes that say what follows (magic, encoding, number of values, XxHash128 of the layout), then the values,
/// little-endian. A receiver whose model has another layout refuses the message.
/// </summary>
public static class ModelMessage
{
    /// <summary>The bytes before the values.</summary>
    public const int HeaderBytes = 32;

    private const uint Magic = 0x314D_4B52; // "RKM1"

    /// <summary>The bytes of a message with so many float32 values.</summary>
    public static long SizeOf(long values) => HeaderBytes + sizeof(float) * values;

    /// <summary>Writes parameters as float32.</summary>
    /// <param name="parameters">The parameters, buffers included if the layout has them.</param>
    public static byte[] Write(ParameterVector parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var message = new byte[SizeOf(parameters.Length)];
        WriteHeader(message, encoding: 0, parameters.Layout);
        var values = message.AsSpan(HeaderBytes);
        for (var i = 0; i < parameters.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(values[(sizeof(float) * i)..], parameters.Values[i]);
        }
        return message;
    }

    /// <summary>Reads parameters.</summary>
    /// <param name="message">The message.</param>
    /// <param name="layout">The layout of the receiver's model.</param>
    /// <exception cref="ResearchKitException">RK6103: it is no such message, cut off, or of another layout.</exception>
    public static ParameterVector Read(ReadOnlySpan<byte> message, ParameterLayout layout)
    {
        var values = Payload(message, encoding: 0, layout);
        if (values.Length != sizeof(float) * (long)layout.Length)
        {
            throw Refuse($"{values.Length} bytes of values, {sizeof(float) * (long)layout.Length} are needed");
        }
        var vector = new ParameterVector(layout);
        for (var i = 0; i < vector.Length; i++)
        {
            vector.Values[i] = BinaryPrimitives.ReadSingleLittleEndian(values[(sizeof(float) * i)..]);
        }
        return vector;
    }

    internal static void WriteHeader(Span<byte> message, byte encoding, ParameterLayout layout)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(message, Magic);
        message[4] = encoding;
        BinaryPrimitives.WriteInt64LittleEndian(message[8..], layout.Length);
        HashOf(layout).CopyTo(message[16..]);
    }

    internal static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> message, byte encoding, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (message.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(message) != Magic)
        {
            throw Refuse("it does not begin as a message of parameters does");
        }
        if (message[4] != encoding)
        {
            throw Refuse($"its values are in encoding {message[4]}, expected is {encoding}");
        }
        if (BinaryPrimitives.ReadInt64LittleEndian(message[8..]) != layout.Length || !message.Slice(16, 16).SequenceEqual(HashOf(layout)))
        {
            throw Refuse($"it is of another model: {BinaryPrimitives.ReadInt64LittleEndian(message[8..])} values, here {layout.Length}");
        }
        return message[HeaderBytes..];
    }

    internal static ResearchKitException Refuse(string reason) =>
        new(
            FederatedErrors.ClientsDiffer,
            $"A message of parameters was refused: {reason}.",
            "Let all peers use the same model and version."
        );

    private static byte[] HashOf(ParameterLayout layout)
    {
        var text = string.Join('\n', layout.Entries.Select(entry => $"{entry.Name} {string.Join(',', entry.Shape)}"));
        return XxHash128.Hash(MemoryMarshal.AsBytes<byte>(Encoding.UTF8.GetBytes(text)));
    }
}
