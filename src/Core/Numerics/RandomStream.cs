using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// A stream of random numbers with a name: the same name gives the same numbers on every machine, whatever else has been drawn.
/// Philox4x32-10, counter-based: splitting by name, seeking in constant time, and many blocks at once.
/// </summary>
/// <remarks>
/// The name is a path of strings; SHA-256 of <c>"rk1\n"</c> and the path joined by LF gives key and counter. Each draw says how many
/// 32-bit words it takes, so results can be predicted. Not thread-safe: give each thread its own stream by <see cref="Split"/>.
/// </remarks>
public sealed partial class RandomStream
{
    private const double Unit53 = 1.0 / (1UL << 53);
    private const float Unit24 = 1.0f / (1 << 24);
    private const double LargestBelowOne = 1 - Unit53;
    private const int Piece = 2048;

    private readonly string _path;
    private readonly ulong _key;
    private readonly ulong _name;
    private ulong _position;
    private ulong _block = ulong.MaxValue; // no stream reaches it: positions end at block 2^62
    private uint _word0;
    private uint _word1;
    private uint _word2;
    private uint _word3;

    private RandomStream(string path)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes("rk1\n" + path), digest);
        _path = path;
        _key = BinaryPrimitives.ReadUInt64LittleEndian(digest);
        _name = BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]);
    }

    /// <summary>The stream of a name.</summary>
    /// <param name="path">The parts of the name, for example experiment, seed, purpose; numbers written invariant. No part is empty or holds a line feed.</param>
    /// <exception cref="ArgumentException">A part is null, empty, holds a line feed, or holds half a surrogate pair.</exception>
    public static RandomStream Named(params ReadOnlySpan<string> path) => new(Join(path));

    /// <summary>The stream of a longer name. This stream does not advance, and its position does not matter.</summary>
    /// <param name="more">The parts to append, for example <c>"node", "17"</c>.</param>
    /// <exception cref="ArgumentException">A part is null, empty, holds a line feed, or holds half a surrogate pair; or there is none.</exception>
    public RandomStream Split(params ReadOnlySpan<string> more) =>
        more.IsEmpty ? throw new ArgumentException("Name at least one part, or both streams give the same numbers.", nameof(more))
        : _path.Length == 0 ? new(Join(more))
        : new(_path + "\n" + Join(more));

    /// <summary>How many 32-bit words have been drawn: what is drawn next. May be set to any value.</summary>
    public ulong Position
    {
        get => _position;
        set => _position = value;
    }

    /// <summary>A word, uniform over all 2^32. Takes 1 word.</summary>
    public uint NextUInt32()
    {
        var block = _position >> 2;
        if (block != _block)
        {
            Load(block);
        }
        return (_position++ & 3) switch
        {
            0 => _word0,
            1 => _word1,
            2 => _word2,
            _ => _word3,
        };
    }

    /// <summary>Two words, the low one first. Takes 2 words.</summary>
    public ulong NextUInt64()
    {
        var low = NextUInt32();
        return low | ((ulong)NextUInt32() << 32);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53. Takes 2 words.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * Unit53;

    /// <summary>Uniform in [0, 1), a multiple of 2^-24. Takes 1 word.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * Unit24;

    /// <summary>Uniform in (0, 1), never an end: for logarithms and quantiles. Takes 2 words.</summary>
    public double NextDoubleOpen() => Open(NextUInt64());

    /// <summary>Standard normal, by <see cref="StandardNormal.Quantile"/> of <see cref="NextDoubleOpen"/>. Takes 2 words.</summary>
    public double NextGaussian() => StandardNormal.Quantile(NextDoubleOpen());

    /// <summary>True with probability <paramref name="p"/>. Takes 2 words.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public bool NextBool(double p) =>
        p is >= 0 and <= 1 ? NextDouble() < p : throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies in [0, 1].");

    /// <summary>Exactly uniform in 0 .. <paramref name="n"/> - 1 (Lemire 2019). Takes 2 words, and 2 more for each rejection (probability below n / 2^64).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    public int NextInt(int n) => (int)NextInt64(n);

    /// <inheritdoc cref="NextInt(int)"/>
    public long NextInt64(long n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return (long)NextBelow((ulong)n);
    }

    private ulong NextBelow(ulong bound)
    {
        var high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            var threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }
        return high;
    }

    /// <summary>Fills with words: the same as that many <see cref="NextUInt32"/>, at memory speed.</summary>
    public void Fill(Span<uint> to)
    {
        while (!to.IsEmpty && (_position & 3) != 0)
        {
            to[0] = NextUInt32();
            to = to[1..];
        }
        var whole = to.Length & ~3;
        Philox.Fill(to[..whole], _position >> 2, _name, _key);
        _position += (ulong)whole;
        for (var i = whole; i < to.Length; i++)
        {
            to[i] = NextUInt32();
        }
    }

    /// <summary>Fills with numbers in [0, 1): the same as that many <see cref="NextSingle"/>.</summary>
    public void Fill(Span<float> to)
    {
        // Pieces stay in the first-level cache between the two passes.
        for (; !to.IsEmpty; to = to[Math.Min(to.Length, Piece)..])
        {
            var piece = to[..Math.Min(to.Length, Piece)];
            var words = MemoryMarshal.Cast<float, uint>(piece);
            Fill(words);
            var i = 0;
            for (; i <= piece.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var top = Vector.AsVectorInt32(new Vector<uint>(words[i..]) >>> 8);
                (Vector.ConvertToSingle(top) * Unit24).CopyTo(piece[i..]);
            }
            for (; i < piece.Length; i++)
            {
                piece[i] = (words[i] >> 8) * Unit24;
            }
        }
    }

    /// <summary>Fills with numbers in [0, 1): the same as that many <see cref="NextDouble"/>.</summary>
    public void Fill(Span<double> to)
    {
        for (; !to.IsEmpty; to = to[Math.Min(to.Length, Piece)..])
        {
            var piece = to[..Math.Min(to.Length, Piece)];
            var words = FillUInt64(piece);
            var i = 0;
            for (; i <= piece.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var top = Vector.AsVectorInt64(new Vector<ulong>(words[i..]) >>> 11);
                (Vector.ConvertToDouble(top) * Unit53).CopyTo(piece[i..]);
            }
            for (; i < piece.Length; i++)
            {
                piece[i] = (words[i] >> 11) * Unit53;
            }
        }
    }

    /// <summary>Fills with standard normal numbers: the same as that many <see cref="NextGaussian"/>.</summary>
    public void FillGaussian(Span<double> to)
    {
        for (; !to.IsEmpty; to = to[Math.Min(to.Length, Piece)..])
        {
            var piece = to[..Math.Min(to.Length, Piece)];
            var words = FillUInt64(piece);
            for (var i = 0; i < piece.Length; i++)
            {
                piece[i] = StandardNormal.Quantile(Open(words[i]));
            }
        }
    }

    private Span<ulong> FillUInt64(Span<double> piece)
    {
        Fill(MemoryMarshal.Cast<double, uint>(piece));
        var words = MemoryMarshal.Cast<double, ulong>(piece);
        if (!BitConverter.IsLittleEndian)
        {
            foreach (ref var word in words)
            {
                word = BitOperations.RotateLeft(word, 32);
            }
        }
        return words;
    }

    // The sum rounds to an even multiple: the largest word alone would give 1, and an infinite Gaussian once in 2^53 draws.
    internal static double Open(ulong word) => Math.Min(((word >> 11) + 0.5) * Unit53, LargestBelowOne);

    /// <summary>The name, its parts joined by <c>/</c>, and the position.</summary>
    public override string ToString() => $"RandomStream({_path.Replace('\n', '/')} @ {_position})";

    private void Load(ulong block)
    {
        (_word0, _word1, _word2, _word3) = ((uint)block, (uint)(block >> 32), (uint)_name, (uint)(_name >> 32));
        Philox.Block(ref _word0, ref _word1, ref _word2, ref _word3, (uint)_key, (uint)(_key >> 32));
        _block = block;
    }

    private static string Join(ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            if (string.IsNullOrEmpty(part) || part.Contains('\n'))
            {
                var shown = part is null ? "null" : $"\"{part.Replace("\n", "\\n")}\"";
                throw new ArgumentException($"The part {shown} of a stream's name is empty or holds a line feed.", nameof(path));
            }
            if (part.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 && !IsWellFormed(part))
            {
                // UTF-8 would turn every lone surrogate into the same replacement character: two names, one stream.
                throw new ArgumentException("A part of a stream's name holds half a surrogate pair.", nameof(path));
            }
        }
        return string.Join('\n', path!);
    }

    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD'))
            {
                return false;
            }
        }
        return true;
    }
}
