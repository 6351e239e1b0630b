using System.Buffers.Binary;
using System.Text;

namespace ResearchKit.Numerics;

/// <summary>
/// The dynamic part of a 64-bit little-endian ELF shared object (System V gABI; symbol versions as in the Linux Standard Base):
/// what it needs, which symbols with which versions. Every offset is checked; a damaged file is a <see cref="MalformedFileException"/>.
/// </summary>
internal sealed class ElfImage
{
    private const int MaxVersions = 0x7FFF; // a version index has 15 bits
    private const int SymbolBytes = 24;

    private readonly byte[] _content;
    private readonly string _path;
    private readonly List<(ulong Address, ulong Offset, ulong Length)> _segments = [];
    private readonly List<(long Tag, ulong Value)> _dynamic = [];
    private readonly int _strings;
    private readonly int _stringBytes;

    private ElfImage(byte[] content, string path)
    {
        _content = content;
        _path = path;
        ReadHeaders();
        _stringBytes = (int)Bounded(Required(DynamicTag.StringBytes, "DT_STRSZ"), "DT_STRSZ");
        _strings = At(Required(DynamicTag.Strings, "DT_STRTAB"), (ulong)_stringBytes, "the dynamic string table");
        Symbols = ReadSymbols();
        Needs = ReadNeeds();
        Definitions = ReadDefinitions();
    }

    /// <summary>A version that this object needs of another file (weak: loads without it too); offset of its entry in this file.</summary>
    public readonly record struct VersionNeed(string File, string Version, ushort Index, bool IsWeak, int Offset, int NameOffset);

    /// <summary>A dynamic symbol; its version index (0 local, 1 global, else a need or definition), offset of that index in the file, or -1 without versions.</summary>
    public readonly record struct Symbol(string Name, int NameOffset, bool IsDefined, bool IsWeak, ushort Version, int VersionOffset);

    public IReadOnlyList<Symbol> Symbols { get; }

    public IReadOnlyList<VersionNeed> Needs { get; }

    /// <summary>The versions that this object provides, each with the index that its symbols carry.</summary>
    public IReadOnlyDictionary<string, ushort> Definitions { get; }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => [.. _content];

    /// <summary>Where in the file the dynamic string table begins.</summary>
    public int StringTableOffset => _strings;

    /// <summary>Offsets into the string table that other things than symbols and version needs point to: names of libraries, search paths.</summary>
    public IEnumerable<ulong> OtherStringOffsets =>
        _dynamic
            .Where(entry => entry.Tag is DynamicTag.Needed or DynamicTag.SoName or DynamicTag.RPath or DynamicTag.RunPath)
            .Select(entry => entry.Value);

    public static ElfImage Parse(byte[] content, string path) => new(content, path);

    public static ElfImage Read(string path) => new(File.ReadAllBytes(path), path);

    private static class DynamicTag
    {
        public const long Needed = 1;
        public const long Hash = 4;
        public const long Strings = 5;
        public const long Symbols = 6;
        public const long StringBytes = 10;
        public const long SoName = 14;
        public const long RPath = 15;
        public const long RunPath = 29;
        public const long GnuHash = 0x6FFFFEF5;
        public const long VersionSymbols = 0x6FFFFFF0;
        public const long VersionDefinitions = 0x6FFFFFFC;
        public const long VersionDefinitionCount = 0x6FFFFFFD;
        public const long VersionNeeds = 0x6FFFFFFE;
        public const long VersionNeedCount = 0x6FFFFFFF;
    }

    private void ReadHeaders()
    {
        if (_content.Length < 64 || !_content.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            throw Malformed("an ELF file", _content.Length < 64 ? $"{_content.Length} bytes" : "another magic number", 0);
        }
        if (_content[4] != 2 || _content[5] != 1)
        {
            throw Malformed("a 64-bit little-endian ELF file", $"class {_content[4]}, byte order {_content[5]}", 4);
        }
        if (U16(16) != 3)
        {
            throw Malformed("a shared object (ET_DYN, 3)", $"type {U16(16)}", 16);
        }
        var table = U64(32);
        var size = U16(54);
        var count = U16(56);
        if (size < 56)
        {
            throw Malformed("program headers of at least 56 bytes", $"{size}", 54);
        }
        (ulong Offset, ulong Length)? dynamic = null;
        for (var i = 0; i < count; i++)
        {
            var header = Span(Sum(table, (ulong)i * size), size, "a program header");
            switch (U32(header))
            {
                case 1: // PT_LOAD
                    _segments.Add((U64(header + 16), U64(header + 8), U64(header + 32)));
                    break;
                case 2: // PT_DYNAMIC
                    dynamic = (U64(header + 8), U64(header + 32));
                    break;
            }
        }
        var (offset, length) = dynamic ?? throw Malformed("a dynamic section (PT_DYNAMIC)", "none", 56);
        var start = Span(offset, length, "the dynamic section");
        for (var at = start; at + 16 <= start + (int)length && U64(at) != 0; at += 16)
        {
            _dynamic.Add(((long)U64(at), U64(at + 8)));
        }
    }

    private Symbol[] ReadSymbols()
    {
        var count = SymbolCount();
        var table = At(Required(DynamicTag.Symbols, "DT_SYMTAB"), count * SymbolBytes, "the dynamic symbol table");
        var versions = Optional(DynamicTag.VersionSymbols) is { } address ? At(address, count * 2, "the symbol version table") : -1;
        var symbols = new Symbol[count];
        for (var i = 0; i < symbols.Length; i++)
        {
            var at = table + i * SymbolBytes;
            var name = U32(at);
            var versionOffset = versions < 0 ? -1 : versions + 2 * i;
            var version = (ushort)(versions < 0 ? 1 : U16(versionOffset) & 0x7FFF);
            symbols[i] = new(Text(name), (int)name, U16(at + 6) != 0, _content[at + 4] >> 4 == 2, version, versionOffset);
        }
        return symbols;
    }

    // The section headers would tell, but a stripped file has none: the hash tables are what the loader goes by.
    private ulong SymbolCount()
    {
        if (Optional(DynamicTag.Hash) is { } hash)
        {
            return U32(At(hash, 8, "the hash table") + 4);
        }
        var gnu = Required(DynamicTag.GnuHash, "DT_HASH or DT_GNU_HASH");
        var header = At(gnu, 16, "the GNU hash table");
        var (buckets, first, bloom) = (U32(header), U32(header + 4), U32(header + 8));
        var bucketAddress = Sum(gnu, 16 + 8UL * bloom);
        var table = At(bucketAddress, 4UL * buckets, "the buckets of the GNU hash table");
        var last = 0u;
        for (var i = 0; i < buckets; i++)
        {
            last = Math.Max(last, U32(table + 4 * i));
        }
        if (last < first)
        {
            return first; // no symbol is defined
        }
        var chain = Sum(bucketAddress, 4UL * buckets);
        while ((U32(At(Sum(chain, 4UL * (last - first)), 4, "a chain of the GNU hash table")) & 1) == 0)
        {
            last++;
        }
        return last + 1UL;
    }

    private List<VersionNeed> ReadNeeds()
    {
        var needs = new List<VersionNeed>();
        if (Optional(DynamicTag.VersionNeeds) is not { } address)
        {
            return needs;
        }
        var files = Required(DynamicTag.VersionNeedCount, "DT_VERNEEDNUM");
        for (var file = 0UL; file < files; file++)
        {
            var entry = At(address, 16, "a version need");
            var (count, name) = (U16(entry + 2), Text(U32(entry + 4)));
            var auxiliary = Sum(address, U32(entry + 8));
            for (var i = 0; i < count; i++)
            {
                var at = At(auxiliary, 16, "a needed version");
                needs.Add(new(name, Text(U32(at + 8)), U16(at + 6), (U16(at + 4) & 2) != 0, at, (int)U32(at + 8)));
                CheckVersions(needs.Count, at);
                auxiliary = Next(auxiliary, U32(at + 12), i + 1 < count, at);
            }
            CheckVersions(file < MaxVersions ? 0 : int.MaxValue, entry);
            address = Next(address, U32(entry + 12), file + 1 < files, entry);
        }
        return needs;
    }

    private Dictionary<string, ushort> ReadDefinitions()
    {
        var definitions = new Dictionary<string, ushort>(StringComparer.Ordinal);
        if (Optional(DynamicTag.VersionDefinitions) is not { } address)
        {
            return definitions;
        }
        var count = Required(DynamicTag.VersionDefinitionCount, "DT_VERDEFNUM");
        for (var i = 0UL; i < count; i++)
        {
            var entry = At(address, 20, "a version definition");
            definitions[Text(U32(At(Sum(address, U32(entry + 12)), 8, "the name of a version")))] = (ushort)(U16(entry + 4) & 0x7FFF);
            CheckVersions(i < MaxVersions ? 0 : int.MaxValue, entry);
            address = Next(address, U32(entry + 16), i + 1 < count, entry);
        }
        return definitions;
    }

    private void CheckVersions(int count, int offset)
    {
        if (count > MaxVersions)
        {
            throw Malformed($"at most {MaxVersions} versions", "more", offset);
        }
    }

    // A step of zero before the last entry would read the same entry for ever.
    private ulong Next(ulong address, uint step, bool more, int offset) =>
        more && step == 0 ? throw Malformed("a following version entry", "the end of the list", offset) : Sum(address, step);

    private string Text(ulong offset)
    {
        if (offset >= (ulong)_stringBytes)
        {
            throw Malformed($"an offset below {_stringBytes} into the string table", $"{offset}", _strings);
        }
        var rest = _content.AsSpan(_strings + (int)offset, _stringBytes - (int)offset);
        var end = rest.IndexOf((byte)0);
        return end < 0
            ? throw Malformed("a string that ends with zero", "the end of the string table", _strings + (int)offset)
            : Encoding.Latin1.GetString(rest[..end]);
    }

    private ulong? Optional(long tag)
    {
        foreach (var (key, value) in _dynamic)
        {
            if (key == tag)
            {
                return value;
            }
        }
        return null;
    }

    private ulong Required(long tag, string name) => Optional(tag) ?? throw Malformed($"a dynamic entry {name}", "none", 0);

    /// <summary>The file offset of an address, with so many bytes behind it in the same segment.</summary>
    private int At(ulong address, ulong length, string what)
    {
        foreach (var (start, offset, size) in _segments)
        {
            if (address >= start && address - start <= size && length <= size - (address - start))
            {
                return Span(Sum(offset, address - start), length, what);
            }
        }
        throw Malformed($"{what} inside a loaded segment", $"address 0x{address:x} and {length} bytes", 0);
    }

    private int Span(ulong offset, ulong length, string what) =>
        offset <= (ulong)_content.Length && length <= (ulong)_content.Length - offset
            ? (int)offset
            : throw Malformed($"{what} inside the file of {_content.Length} bytes", $"offset {offset} and {length} bytes", _content.Length);

    private ulong Bounded(ulong value, string what) =>
        value <= (ulong)_content.Length ? value : throw Malformed($"{what} up to the file's {_content.Length} bytes", $"{value}", 0);

    private ulong Sum(ulong a, ulong b) =>
        a <= ulong.MaxValue - b ? a + b : throw Malformed("an offset of 64 bits", $"0x{a:x} + 0x{b:x}", 0);

    private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_content.AsSpan(offset));

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_content.AsSpan(offset));

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_content.AsSpan(offset));

    private MalformedFileException Malformed(string expected, string found, long offset) => new(_path, expected, found, byteOffset: offset);
}
