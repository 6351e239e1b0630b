using System.Buffers.Binary;
using System.Text;

namespace ResearchKit.Core.Tests.Numerics;

/// <summary>Writes the smallest ELF64 shared object with dynamic symbols and needed and defined symbol versions. Addresses are file offsets.</summary>
internal sealed class ElfBuilder
{
    private readonly List<byte> _strings = [0];
    private readonly List<(uint Name, bool Defined, ushort Version)> _symbols = [(0, false, 0)];
    private readonly List<(string File, List<(string Version, ushort Index)> Versions)> _needs = [];
    private readonly List<string> _definitions = [];

    public bool UsesGnuHash { get; init; }

    public uint String(string text)
    {
        var offset = (uint)_strings.Count;
        _strings.AddRange(Encoding.Latin1.GetBytes(text));
        _strings.Add(0);
        return offset;
    }

    public ElfBuilder Symbol(string name, ushort version, bool defined = false) => SymbolAt(String(name), version, defined);

    public ElfBuilder SymbolAt(uint nameOffset, ushort version, bool defined = false)
    {
        _symbols.Add((nameOffset, defined, version));
        return this;
    }

    public ElfBuilder Needs(string file, params (string Version, ushort Index)[] versions)
    {
        _needs.Add((file, [.. versions]));
        return this;
    }

    public ElfBuilder Defines(params string[] versions)
    {
        _definitions.AddRange(versions);
        return this;
    }

    public byte[] Build()
    {
        var needs = BuildNeeds();
        var definitions = BuildDefinitions();
        var hash = UsesGnuHash ? BuildGnuHash() : BuildHash();
        var symbols = BuildSymbols();
        var versions = Words16([.. _symbols.Select(symbol => symbol.Version)]);
        const int DynamicAt = 64 + 2 * 56;
        const int DynamicBytes = 10 * 16;
        var at = DynamicAt + DynamicBytes;
        int Place(byte[] part)
        {
            var here = at;
            at = (at + part.Length + 7) & ~7;
            return here;
        }
        byte[] strings = [.. _strings];
        var (hashAt, symbolsAt, versionsAt, needsAt, definitionsAt) = (
            Place(hash),
            Place(symbols),
            Place(versions),
            Place(needs),
            Place(definitions)
        );
        var stringsAt = Place(strings);
        var image = new byte[at];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(image, 0);
        Put16(image, 16, 3);
        Put16(image, 18, 62);
        Put64(image, 32, 64);
        Put16(image, 54, 56);
        Put16(image, 56, 2);
        PutSegment(image, 64, 1, 0, (ulong)image.Length);
        PutSegment(image, 64 + 56, 2, DynamicAt, DynamicBytes);
        (long Tag, ulong Value)[] dynamic =
        [
            (UsesGnuHash ? 0x6FFFFEF5 : 4, (ulong)hashAt),
            (5, (ulong)stringsAt),
            (10, (ulong)strings.Length),
            (6, (ulong)symbolsAt),
            (0x6FFFFFF0, (ulong)versionsAt),
            .. _needs.Count > 0 ? [(0x6FFFFFFE, (ulong)needsAt), (0x6FFFFFFF, (ulong)_needs.Count)] : Array.Empty<(long, ulong)>(),
            .. _definitions.Count > 0
                ? [(0x6FFFFFFC, (ulong)definitionsAt), (0x6FFFFFFD, (ulong)_definitions.Count)]
                : Array.Empty<(long, ulong)>(),
        ];
        for (var i = 0; i < dynamic.Length; i++)
        {
            Put64(image, DynamicAt + 16 * i, (ulong)dynamic[i].Tag);
            Put64(image, DynamicAt + 16 * i + 8, dynamic[i].Value);
        }
        hash.CopyTo(image, hashAt);
        symbols.CopyTo(image, symbolsAt);
        versions.CopyTo(image, versionsAt);
        needs.CopyTo(image, needsAt);
        definitions.CopyTo(image, definitionsAt);
        strings.CopyTo(image, stringsAt);
        return image;
    }

    private byte[] BuildNeeds()
    {
        var bytes = new List<byte>();
        for (var i = 0; i < _needs.Count; i++)
        {
            var (file, versions) = _needs[i];
            var size = 16 + 16 * versions.Count;
            bytes.AddRange(Words16([1, (ushort)versions.Count]));
            bytes.AddRange(Words32([String(file), 16, i + 1 < _needs.Count ? (uint)size : 0]));
            for (var j = 0; j < versions.Count; j++)
            {
                bytes.AddRange(Words32([0]));
                bytes.AddRange(Words16([0, versions[j].Index]));
                bytes.AddRange(Words32([String(versions[j].Version), j + 1 < versions.Count ? 16u : 0]));
            }
        }
        return [.. bytes];
    }

    private byte[] BuildDefinitions()
    {
        var bytes = new List<byte>();
        for (var i = 0; i < _definitions.Count; i++)
        {
            bytes.AddRange(Words16([1, 0, (ushort)(i + 2), 1]));
            bytes.AddRange(Words32([0, 20, i + 1 < _definitions.Count ? 28u : 0, String(_definitions[i]), 0]));
        }
        return [.. bytes];
    }

    private byte[] BuildHash() => Words32([1, (uint)_symbols.Count, 0, .. Enumerable.Repeat(0u, _symbols.Count)]);

    // Defined symbols stand last; one bucket, one chain.
    private byte[] BuildGnuHash()
    {
        var defined = _symbols.Count(symbol => symbol.Defined);
        var first = (uint)(_symbols.Count - defined);
        return Words32([
            1,
            first,
            1,
            0,
            0,
            0,
            defined > 0 ? first : 0,
            .. Enumerable.Range(1, defined).Select(i => i == defined ? 1u : 0u),
        ]);
    }

    private byte[] BuildSymbols()
    {
        var bytes = new byte[24 * _symbols.Count];
        for (var i = 0; i < _symbols.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24 * i), _symbols[i].Name);
            bytes[24 * i + 4] = 0x12; // global function
            Put16(bytes, 24 * i + 6, (ushort)(_symbols[i].Defined ? 1 : 0));
        }
        return bytes;
    }

    private static void PutSegment(byte[] image, int at, uint type, ulong offset, ulong length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), type);
        Put64(image, at + 8, offset);
        Put64(image, at + 16, offset);
        Put64(image, at + 32, length);
    }

    private static void Put16(byte[] image, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

    private static void Put64(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);

    private static byte[] Words16(ReadOnlySpan<ushort> words)
    {
        var bytes = new byte[2 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            Put16(bytes, 2 * i, words[i]);
        }
        return bytes;
    }

    private static byte[] Words32(ReadOnlySpan<uint> words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        }
        return bytes;
    }
}
