using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Who is in the sample of a round (arXiv:2302.13837, section 3.4): nodes ordered by a hash of identifier and round. Who has the same view gets the same order, so nobody needs to choose.
/// This is the plain way; <see cref="SampleOrders"/> gives the same order fast.
/// </summary>
public static class SampleOrder
{
    /// <summary>Identifiers in the order of a round: by the hash of <c>id-round</c>, bytewise; equal hashes by identifier.</summary>
    /// <param name="round">The round.</param>
    /// <param name="ids">The identifiers, in any order.</param>
    /// <param name="hash">The hash.</param>
    public static IReadOnlyList<NodeId> Order(int round, IEnumerable<NodeId> ids, SampleHash hash = SampleHash.Md5)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return
        [
            .. ids.Select(id => (Id: id, Digest: Digest(id.Bytes, round, hash))).OrderBy(e => e.Digest).ThenBy(e => e.Id).Select(e => e.Id),
        ];
    }

    /// <summary>The hash of an identifier in a round: 16 bytes, the first the most significant.</summary>
    public static UInt128 Digest(ReadOnlySpan<byte> id, int round, SampleHash hash)
    {
        Span<byte> text = stackalloc byte[255 + 12];
        id.CopyTo(text);
        text[id.Length] = (byte)'-';
        _ = round.TryFormat(text[(id.Length + 1)..], out int digits, default, CultureInfo.InvariantCulture);
        text = text[..(id.Length + 1 + digits)];
        Span<byte> digest = stackalloc byte[32];
        switch (hash)
        {
            case SampleHash.Md5:
#pragma warning disable CA5351 // the published order; no security rests on it
                MD5.HashData(text, digest);
#pragma warning restore CA5351
                break;
            case SampleHash.Sha256:
                SHA256.HashData(text, digest);
                break;
            case SampleHash.XxHash3:
                BinaryPrimitives.WriteUInt64BigEndian(digest, XxHash3.HashToUInt64(text));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(hash), hash, "Allowed are Md5, Sha256 and XxHash3.");
        }

        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
