using System.Buffers;
using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Unicode;
using ResearchKit.Graphs;

namespace ResearchKit.Data;

/// <summary>Collects pairs of ids as they are read, and makes a graph of them: nodes in ascending order of the ids that are left.</summary>
internal sealed class EdgeCollector(string source, bool strict)
{
    private const int ChunkPairs = 1 << 17;

    private readonly List<long[]> _chunks = [];
    private readonly HashSet<long> _loose = []; // ids of self loops or alone on a line: dropped, unless an edge has them too
    private readonly HashSet<(long, long)> _seen = []; // strict only
    private readonly Dictionary<string, long> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private long _kept;
    private long _read;
    private long _selfLoops;
    private long _weights;

    internal bool IsStrict => strict;

    internal long DataLines { get; set; }

    internal long SkippedLines { get; set; }

    internal IReadOnlyList<string> Texts => _texts;

    /// <summary>Whether ids are text; numbers otherwise.</summary>
    internal bool IdsAreText { get; set; }

    internal void CountWeight() => _weights++;

    internal void AddLoose(long id) => _loose.Add(id);

    /// <summary>Adds a pair; false if the collector is strict and has the edge already.</summary>
    internal bool TryAddPair(long u, long v)
    {
        _read++;
        if (u == v)
        {
            _selfLoops++;
            _loose.Add(u);
            return true;
        }

        if (strict && !_seen.Add((Math.Min(u, v), Math.Max(u, v))))
            return false;
        int place = (int)(_kept++ % ChunkPairs) * 2;
        if (place == 0)
            _chunks.Add(new long[ChunkPairs * 2]);
        _chunks[^1][place] = u;
        _chunks[^1][place + 1] = v;
        return true;
    }

    /// <summary>The code of a text id; false if it is not UTF-8 or has control characters.</summary>
    internal bool TryCode(ReadOnlySpan<byte> utf8, out long code)
    {
        code = -1;
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[256] : new char[utf8.Length];
        if (Utf8.ToUtf16(utf8, chars, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
            return false;
        ReadOnlySpan<char> text = chars[..length];
        foreach (char c in text)
        {
            if (char.IsControl(c))
                return false;
        }

        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> codes = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!codes.TryGetValue(text, out code))
        {
            code = _texts.Count;
            _texts.Add(text.ToString());
            _codes.Add(_texts[^1], code);
        }

        return true;
    }

    /// <summary>An integer id.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> token, out long id) =>
        Utf8Parser.TryParse(token, out id, out int consumed) && consumed == token.Length && id >= 0;

    internal LoadedGraph Build(CancellationToken cancellationToken)
    {
        if (_kept > Array.MaxLength / 2)
            throw new MalformedFileException(source, $"at most {Array.MaxLength / 2} edges", _kept.ToString(CultureInfo.InvariantCulture));
        long[] ids = DistinctIds();
        cancellationToken.ThrowIfCancellationRequested();
        Func<long, int> nodeOf = Numbering(ids, out NodeIds external);
        cancellationToken.ThrowIfCancellationRequested();
        var packed = new ulong[_kept];
        for (int i = 0; i < packed.Length; i++)
        {
            long[] chunk = _chunks[i / ChunkPairs];
            int place = i % ChunkPairs * 2;
            packed[i] = Graph.Pack(nodeOf(chunk[place]), nodeOf(chunk[place + 1]));
        }

        _chunks.Clear();
        cancellationToken.ThrowIfCancellationRequested();
        var graph = Graph.FromPacked(ids.Length, packed, external, out long duplicates, out long merged);
        int dropped = _loose.Count(id => Array.BinarySearch(ids, id) < 0);
        return new LoadedGraph(
            graph,
            new LoadReport
            {
                Source = source,
                DataLines = DataLines,
                SkippedLines = SkippedLines,
                Pairs = _read,
                SelfLoops = _selfLoops,
                Duplicates = duplicates,
                MergedDirections = merged,
                IgnoredWeights = _weights,
                DroppedNodes = dropped,
            }
        );
    }

    /// <summary>The ids (or codes) that occur in pairs, ascending.</summary>
    private long[] DistinctIds()
    {
        long largest = -1;
        foreach ((long[] chunk, int length) in Filled())
            largest = Math.Max(largest, TensorPrimitives.Max<long>(chunk.AsSpan(0, length)));
        if (IsDense(largest))
        {
            var present = new BitArray((int)largest + 1);
            foreach ((long[] chunk, int length) in Filled())
            {
                foreach (long id in chunk.AsSpan(0, length))
                    present[(int)id] = true;
            }

            var dense = new List<long>();
            for (int id = 0; id <= largest; id++)
            {
                if (present[id])
                    dense.Add(id);
            }

            return [.. dense];
        }

        var distinct = new HashSet<long>();
        foreach ((long[] chunk, int length) in Filled())
        {
            foreach (long id in chunk.AsSpan(0, length))
                distinct.Add(id);
        }

        long[] sparse = [.. distinct];
        Array.Sort(sparse);
        return sparse;
    }

    private Func<long, int> Numbering(long[] ids, out NodeIds external)
    {
        var nodes = new int[ids.Length]; // place in ids -> node
        if (IdsAreText)
        {
            string[] texts = Array.ConvertAll(ids, code => _texts[(int)code]);
            int[] places = [.. Enumerable.Range(0, ids.Length)];
            Array.Sort(texts, places, StringComparer.Ordinal);
            for (int node = 0; node < places.Length; node++)
                nodes[places[node]] = node;
            external = NodeIds.OfTexts(texts);
        }
        else
        {
            for (int node = 0; node < nodes.Length; node++)
                nodes[node] = node;
            external = NodeIds.OfNumbers(ids);
        }

        if (ids.Length > 0 && IsDense(ids[^1]))
        {
            var direct = new int[ids[^1] + 1];
            for (int place = 0; place < ids.Length; place++)
                direct[ids[place]] = nodes[place];
            return id => direct[id];
        }

        return id => nodes[Array.BinarySearch(ids, id)];
    }

    private bool IsDense(long largest) => largest < Math.Max(1 << 20, Math.Min(8 * _kept, Array.MaxLength - 1L));

    private IEnumerable<(long[] Chunk, int Length)> Filled()
    {
        for (int i = 0; i < _chunks.Count; i++)
            yield return (_chunks[i], i + 1 < _chunks.Count ? ChunkPairs * 2 : (int)(_kept - (long)i * ChunkPairs) * 2);
    }
}
