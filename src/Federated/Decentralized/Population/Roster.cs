using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Everyone a process has ever heard of, numbered in the order of hearing: the protocol computes with these numbers, and identifiers are looked at only where
/// samples are ordered and messages leave the process. Grows only. Safe for one writer at a time beside readers of what is already there.
/// </summary>
public sealed class Roster
{
    private readonly Lock _growing = new();
    private byte[] _bytes = new byte[1024];
    private int[] _ends = new int[17]; // _ends[i + 1] is the end of i's bytes
    private Dictionary<NodeId, int>? _index;

    /// <summary>How many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of a node's identifier.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ReadOnlySpan<byte> BytesOf(int node) =>
        (uint)node < (uint)Count
            ? _bytes.AsSpan(_ends[node], _ends[node + 1] - _ends[node])
            : throw new ArgumentOutOfRangeException(nameof(node), node, $"The roster has the nodes 0 to {Count - 1}.");

    /// <summary>The identifier of a node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public NodeId this[int node] => new(BytesOf(node));

    /// <summary>A roster of these identifiers, numbered in their order.</summary>
    /// <exception cref="ArgumentException">Two are equal.</exception>
    public static Roster Of(IEnumerable<NodeId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Roster roster = new();
        foreach (NodeId id in ids)
        {
            int before = roster.Count;
            if (roster.Add(id) != before)
            {
                throw new ArgumentException($"The identifier {id} occurs twice; every node has its own.", nameof(ids));
            }
        }

        return roster;
    }

    /// <summary>
    /// A roster of made-up keys in the shape of the published code's: <c>LibNaCLPK:</c> and the SHA-512 of <c>node-</c> and the node's number, 74 bytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static Roster OfKeys(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Roster roster = new();
        byte[] id = [.. "LibNaCLPK:"u8, .. new byte[64]];
        for (int i = 0; i < count; i++)
        {
            SHA512.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"node-{i}")), id.AsSpan(10));
            roster.Append(id);
        }

        return roster;
    }

    /// <summary>A roster whose identifiers are the nodes' numbers in decimal digits.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static Roster OfNumbers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Roster roster = new();
        Span<byte> digits = stackalloc byte[11];
        for (int i = 0; i < count; i++)
        {
            _ = i.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            roster.Append(digits[..length]);
        }

        return roster;
    }

    /// <summary>The number of a node, which it gets now if it has none.</summary>
    /// <exception cref="ArgumentException">The identifier is empty.</exception>
    public int Add(NodeId id)
    {
        if (id.Bytes.IsEmpty)
        {
            throw new ArgumentException("The identifier is empty; a node's has 1 to 255 bytes.", nameof(id));
        }

        lock (_growing)
        {
            Dictionary<NodeId, int> index = Index();
            if (!index.TryGetValue(id, out int node))
            {
                node = Append(id.Bytes);
                index.Add(id, node);
            }

            return node;
        }
    }

    /// <summary>The number of a node, if it has one.</summary>
    public bool TryFind(NodeId id, out int node)
    {
        lock (_growing)
        {
            return Index().TryGetValue(id, out node);
        }
    }

    private Dictionary<NodeId, int> Index()
    {
        if (_index is null)
        {
            _index = new(Count);
            for (int i = 0; i < Count; i++)
            {
                _index.Add(this[i], i);
            }
        }

        return _index;
    }

    private int Append(ReadOnlySpan<byte> id)
    {
        int start = _ends[Count];
        if (start + id.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(start + id.Length, 2 * _bytes.Length));
        }

        if (Count + 2 > _ends.Length)
        {
            Array.Resize(ref _ends, 2 * _ends.Length);
        }

        id.CopyTo(_bytes.AsSpan(start));
        _ends[Count + 1] = start + id.Length;
        return Count++;
    }
}
