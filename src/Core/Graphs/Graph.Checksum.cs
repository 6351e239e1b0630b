using System.Buffers.Text;
using System.Security.Cryptography;

namespace ResearchKit.Graphs;

public sealed partial class Graph
{
    /// <summary>
    /// The canonical SHA-256 of the edge list: the hash of the UTF-8 text with one line <c>a b\n</c> an edge, where a and b are the external ids
    /// (the node numbers if there are none), the smaller id first, lines ascending by first, then second id. Ids are ordered as numbers if all are
    /// integers, else by UTF-16 code units. So renumbering the nodes does not change it; isolated nodes do not enter.
    /// </summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string EdgeListSha256()
    {
        Graph ordered = ExternalIds is { IsAscending: false } unordered ? Relabel(unordered.Ranks()) : this;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        int used = 0;
        foreach ((int u, int v) in ordered.Edges())
        {
            int needed = ordered.MaxEdgeBytes(u, v);
            if (buffer.Length - used < needed)
            {
                hash.AppendData(buffer, 0, used);
                used = 0;
                if (buffer.Length < needed)
                    buffer = new byte[needed];
            }

            used += ordered.FormatEdge(u, v, (byte)' ', buffer.AsSpan(used));
        }

        hash.AppendData(buffer, 0, used);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>An upper bound of what <see cref="FormatEdge"/> writes.</summary>
    internal int MaxEdgeBytes(int u, int v) => (ExternalIds?.MaxBytes(u) ?? 20) + (ExternalIds?.MaxBytes(v) ?? 20) + 2;

    /// <summary>Writes both ids with a separator between and LF behind; the destination holds <see cref="MaxEdgeBytes"/>.</summary>
    internal int FormatEdge(int u, int v, byte separator, Span<byte> destination)
    {
        int used = FormatId(u, destination);
        destination[used++] = separator;
        used += FormatId(v, destination[used..]);
        destination[used++] = (byte)'\n';
        return used;
    }

    private int FormatId(int node, Span<byte> destination)
    {
        if (ExternalIds is { } ids)
            return ids.Format(node, destination);
        Utf8Formatter.TryFormat(node, destination, out int written);
        return written;
    }
}
