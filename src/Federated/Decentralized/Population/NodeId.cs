namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The identifier of a node: any bytes, usually a public key. Ordered bytewise, as sample orders need it (arXiv:2302.13837, section 3).
/// </summary>
public readonly struct NodeId : IEquatable<NodeId>, IComparable<NodeId>
{
    private readonly byte[]? _bytes;

    /// <summary>An identifier of these bytes, which are copied.</summary>
    /// <param name="bytes">1 to 255 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or more than 255.</exception>
    public NodeId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 1 or > 255)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes.Length, "The identifier of a node has 1 to 255 bytes.");
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes; none for the default value.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>An identifier from hexadecimal digits.</summary>
    /// <exception cref="FormatException">These are none.</exception>
    public static NodeId FromHex(string hexadecimal) => new(Convert.FromHexString(hexadecimal));

    /// <inheritdoc/>
    public bool Equals(NodeId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <summary>The first eight bytes in hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes[..Math.Min(8, Bytes.Length)]);

    /// <summary>Whether two identifiers have the same bytes.</summary>
    public static bool operator ==(NodeId a, NodeId b) => a.Equals(b);

    /// <summary>Whether two identifiers differ.</summary>
    public static bool operator !=(NodeId a, NodeId b) => !a.Equals(b);

    /// <summary>Whether the bytes of <paramref name="a"/> come first.</summary>
    public static bool operator <(NodeId a, NodeId b) => a.CompareTo(b) < 0;

    /// <summary>Whether the bytes of <paramref name="a"/> come later.</summary>
    public static bool operator >(NodeId a, NodeId b) => a.CompareTo(b) > 0;

    /// <summary>Whether the bytes of <paramref name="a"/> do not come later.</summary>
    public static bool operator <=(NodeId a, NodeId b) => a.CompareTo(b) <= 0;

    /// <summary>Whether the bytes of <paramref name="a"/> do not come first.</summary>
    public static bool operator >=(NodeId a, NodeId b) => a.CompareTo(b) >= 0;
}
