namespace ResearchKit.Federated;

/// <summary>An update on its way: its values, and how many bytes its encoding takes.</summary>
/// <param name="values">The client's parameters minus the global ones; changed in place.</param>
public sealed class UpdateBuffer(float[] values)
{
    /// <summary>The values.</summary>
    public Span<float> Values => values;

    /// <summary>Bits of each value sent, 1 to 32 (default 32: float32).</summary>
    public int BitsPerValue
    {
        get;
        set =>
            field = value is >= 1 and <= 32 ? value : throw new ArgumentOutOfRangeException(nameof(BitsPerValue), value, "1 to 32 bits.");
    } = 32;

    /// <summary>Whether only values other than 0 are sent, each with its place (4 bytes).</summary>
    public bool IsSparse { get; set; }

    /// <summary>Scales and other numbers sent besides, in bytes.</summary>
    public int ExtraBytes { get; set; }

    /// <summary>The bytes of the encoded update, without the message's header.</summary>
    public long Bytes
    {
        get
        {
            long sent = values.Length;
            if (IsSparse)
            {
                sent = 0;
                foreach (var value in values)
                {
                    sent += value == 0 ? 0 : 1;
                }
            }
            return (sent * BitsPerValue + 7) / 8 + (IsSparse ? 4 * sent : 0) + ExtraBytes;
        }
    }
}
