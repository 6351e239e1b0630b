using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The digests of a whole roster in a round. For MD5 what does not change from round to round is done once: the state behind an identifier's whole blocks, and the words of what is left of it. What remains
/// is one block (rarely two) for eight nodes at a time.
/// </summary>
internal sealed class SampleDigests(Roster roster, SampleHash hash)
{
    private const int Block = 64;

    private uint[][] _states =
    [
        [],
        [],
        [],
        [],
    ]; // word-major: eight neighbours are one vector
    private uint[][] _tails = [];
    private byte[] _tailLengths = [];
    private int[] _lengths = [];
    private int _prepared;

    /// <summary>Writes the upper and lower halves of the digests of the first nodes.</summary>
    internal void Fill(int round, Span<ulong> upper, Span<ulong> lower)
    {
        int count = upper.Length;
        int vectorised = 0;
        if (hash == SampleHash.Md5 && Vector256.IsHardwareAccelerated)
        {
            Prepare(count);
            vectorised = count - (count % Md5Lanes.Lanes);
            FillByLanes(round, vectorised, upper, lower);
        }

        for (int node = vectorised; node < count; node++)
        {
            Write(node, round, upper, lower);
        }
    }

    private void Write(int node, int round, Span<ulong> upper, Span<ulong> lower)
    {
        UInt128 digest = SampleOrder.Digest(roster.BytesOf(node), round, hash);
        (upper[node], lower[node]) = ((ulong)(digest >> 64), (ulong)digest);
    }

    private void FillByLanes(int round, int count, Span<ulong> upper, Span<ulong> lower)
    {
        Span<byte> suffix = stackalloc byte[12];
        suffix[0] = (byte)'-';
        _ = round.TryFormat(suffix[1..], out int digits, default, CultureInfo.InvariantCulture);
        suffix = suffix[..(digits + 1)];
        Span<uint> ending = stackalloc uint[32];
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        Span<uint> lanes = stackalloc uint[4 * Md5Lanes.Lanes];
        int endingFor = -1;
        bool two = false;
        for (int i = 0; i < count; i += Md5Lanes.Lanes)
        {
            int length = _lengths[i];
            if (_lengths.AsSpan(i, Md5Lanes.Lanes).ContainsAnyExcept(length))
            {
                for (int lane = 0; lane < Md5Lanes.Lanes; lane++)
                {
                    Write(i + lane, round, upper, lower);
                }

                continue;
            }

            int tail = _tailLengths[i];
            if (length != endingFor)
            {
                two = Ending(tail, length, suffix, ending);
                endingFor = length;
            }

            int known = (tail + 3) / 4;
            for (int w = 0; w < 16; w++)
            {
                Vector256<uint> word = Vector256.Create(ending[w]);
                words[w] = w < known ? word | Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_tails[w]), (nuint)i) : word;
            }

            Vector256<uint> a = State(0, i);
            Vector256<uint> b = State(1, i);
            Vector256<uint> c = State(2, i);
            Vector256<uint> d = State(3, i);
            Md5Lanes.Compress(ref a, ref b, ref c, ref d, words);
            if (two)
            {
                for (int w = 0; w < 16; w++)
                {
                    words[w] = Vector256.Create(ending[16 + w]);
                }

                Md5Lanes.Compress(ref a, ref b, ref c, ref d, words);
            }

            a.CopyTo(lanes);
            b.CopyTo(lanes[8..]);
            c.CopyTo(lanes[16..]);
            d.CopyTo(lanes[24..]);
            for (int lane = 0; lane < Md5Lanes.Lanes; lane++)
            {
                upper[i + lane] = Big(lanes[lane], lanes[8 + lane]);
                lower[i + lane] = Big(lanes[16 + lane], lanes[24 + lane]);
            }
        }
    }

    private static ulong Big(uint first, uint second) =>
        ((ulong)BinaryPrimitives.ReverseEndianness(first) << 32) | BinaryPrimitives.ReverseEndianness(second);

    private Vector256<uint> State(int word, int node) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_states[word]), (nuint)node);

    /// <summary>The words behind an identifier: round, padding and length; whether they take two blocks.</summary>
    private static bool Ending(int tail, int length, ReadOnlySpan<byte> suffix, Span<uint> words)
    {
        words.Clear();
        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        suffix.CopyTo(bytes[tail..]);
        bytes[tail + suffix.Length] = 0x80;
        bool two = tail + suffix.Length + 9 > Block;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[((two ? 2 : 1) * Block - 8)..], 8UL * (ulong)(length + suffix.Length));
        return two;
    }

    private void Prepare(int count)
    {
        if (count <= _prepared)
        {
            return;
        }

        int size = (count + Md5Lanes.Lanes - 1) / Md5Lanes.Lanes * Md5Lanes.Lanes;
        int words = 0;
        for (int node = 0; node < count; node++)
        {
            words = Math.Max(words, ((roster.BytesOf(node).Length % Block) + 3) / 4);
        }

        _lengths = new int[size];
        _tailLengths = new byte[size];
        _states = [new uint[size], new uint[size], new uint[size], new uint[size]];
        _tails = new uint[words][];
        for (int w = 0; w < words; w++)
        {
            _tails[w] = new uint[size];
        }

        Span<byte> padded = stackalloc byte[Block];
        for (int node = 0; node < count; node++)
        {
            ReadOnlySpan<byte> id = roster.BytesOf(node);
            _lengths[node] = id.Length;
            int whole = id.Length / Block * Block;
            (uint a, uint b, uint c, uint d) = StateAfter(id[..whole]);
            (_states[0][node], _states[1][node], _states[2][node], _states[3][node]) = (a, b, c, d);
            padded.Clear();
            id[whole..].CopyTo(padded);
            _tailLengths[node] = (byte)(id.Length - whole);
            for (int w = 0; w < words; w++)
            {
                _tails[w][node] = BinaryPrimitives.ReadUInt32LittleEndian(padded[(4 * w)..]);
            }
        }

        _prepared = count;
    }

    private static (uint A, uint B, uint C, uint D) StateAfter(ReadOnlySpan<byte> blocks)
    {
        (uint a0, uint b0, uint c0, uint d0) = Md5Lanes.Start;
        Vector256<uint> a = Vector256.Create(a0);
        Vector256<uint> b = Vector256.Create(b0);
        Vector256<uint> c = Vector256.Create(c0);
        Vector256<uint> d = Vector256.Create(d0);
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        for (; !blocks.IsEmpty; blocks = blocks[Block..])
        {
            for (int w = 0; w < 16; w++)
            {
                words[w] = Vector256.Create(BinaryPrimitives.ReadUInt32LittleEndian(blocks[(4 * w)..]));
            }

            Md5Lanes.Compress(ref a, ref b, ref c, ref d, words);
        }

        return (a[0], b[0], c[0], d[0]);
    }
}
