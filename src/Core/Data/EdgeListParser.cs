using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ResearchKit.Data;

/// <summary>Reads the lines of a text edge list into an <see cref="EdgeCollector"/>.</summary>
internal sealed class EdgeListParser(string source, EdgeListOptions options, EdgeListFormat format, EdgeCollector edges)
{
    /// <summary>A pair may be followed by a weight and a time.</summary>
    private const int MostExtraColumns = 2;

    private bool _idsKnown = options.Ids != NodeIdKind.Auto;
    private long _firstDataLine;
    private int _textsOfFirstLine;

    internal void Line(ReadOnlySpan<byte> line, long number)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t\r"u8); // one published file ends its lines by CR CR LF
        bool skipped = number <= options.SkipLines || text.IsEmpty || text[0] is (byte)'#' or (byte)'%' || (number == 1 && IsUrl(text));
        if (skipped)
        {
            edges.SkippedLines++;
            return;
        }

        edges.DataLines++;
        ReadOnlySpan<byte> rest = text;
        if (!TryTake(ref rest, out ReadOnlySpan<byte> first))
            throw Malformed("a node id", text, number);
        ReadOnlySpan<byte> behind = rest;
        ChooseIds(first, TryTake(ref behind, out ReadOnlySpan<byte> second) ? second : first, number);

        long node = Id(first, text, number);
        if (format == EdgeListFormat.AdjacencyList)
            ReadNeighbours(node, rest, text, number);
        else
            ReadPair(node, rest, text, number);
        if (number == _firstDataLine)
            _textsOfFirstLine = edges.Texts.Count;
    }

    /// <summary>Refuses a file whose first line alone made its ids text: a header would turn all numbers into text without a word.</summary>
    internal void CheckHeader()
    {
        if (options.Ids != NodeIdKind.Auto || !edges.IdsAreText || edges.Texts.Count <= _textsOfFirstLine)
            return;
        bool allIntegers = true;
        for (int i = _textsOfFirstLine; i < edges.Texts.Count && allIntegers; i++)
            allIntegers = long.TryParse(edges.Texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (allIntegers)
        {
            throw new MalformedFileException(
                source,
                "integer ids, as on all other lines (skip a header with SkipLines, or set Ids to Text)",
                string.Join(' ', edges.Texts.Take(_textsOfFirstLine)),
                _firstDataLine
            );
        }
    }

    /// <summary>Takes the two ids of a record that was split already.</summary>
    internal void Pair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int extra, ReadOnlySpan<byte> text, long number)
    {
        if (first.IsEmpty || second.IsEmpty)
            throw Malformed("two node ids", text, number);
        ChooseIds(first, second, number);
        AddPair(Id(first, text, number), Id(second, text, number), extra, text, number);
    }

    /// <summary>The first line with data decides what the ids are, if the options leave it open.</summary>
    private void ChooseIds(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, long number)
    {
        if (_idsKnown)
            return;
        edges.IdsAreText = !IsInteger(first) || !IsInteger(second);
        _firstDataLine = number;
        _idsKnown = true;
    }

    private void ReadPair(long node, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text, long number)
    {
        if (!TryTake(ref rest, out ReadOnlySpan<byte> second))
            throw Malformed("two node ids", text, number);
        long other = Id(second, text, number);
        int extra = 0;
        if (rest.Trim(" \t"u8) is [(byte)'{', .., (byte)'}'])
        {
            // The attributes of an edge, as networkx writes them.
            AddPair(node, other, extra: 1, text, number);
            return;
        }

        while (TryTake(ref rest, out ReadOnlySpan<byte> value))
        {
            bool isNumber = Utf8Parser.TryParse(value, out double _, out int consumed) && consumed == value.Length;
            if (!isNumber || ++extra > MostExtraColumns)
                throw Malformed("two node ids and at most two numbers (weight, time)", text, number);
        }

        if (!rest.IsEmpty)
            throw Malformed("two node ids and at most two numbers (weight, time)", text, number);
        AddPair(node, other, extra, text, number);
    }

    private void AddPair(long u, long v, int extra, ReadOnlySpan<byte> text, long number)
    {
        if (extra > 0)
        {
            if (options.Strict)
                throw Malformed("two node ids and nothing more (strict)", text, number);
            edges.CountWeight();
        }

        Add(u, v, text, number);
    }

    private void ReadNeighbours(long node, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text, long number)
    {
        bool alone = true;
        while (TryTake(ref rest, out ReadOnlySpan<byte> neighbour))
        {
            alone = false;
            Add(node, Id(neighbour, text, number), text, number);
        }

        if (!rest.IsEmpty)
            throw Malformed("a node and its neighbours", text, number);
        if (alone)
            edges.AddLoose(node);
    }

    private void Add(long u, long v, ReadOnlySpan<byte> text, long number)
    {
        if (options.Strict && u == v)
            throw Malformed("two different node ids (strict)", text, number);
        if (!edges.TryAddPair(u, v))
            throw Malformed("an edge that is not there yet, in either direction (strict)", text, number);
    }

    private long Id(ReadOnlySpan<byte> token, ReadOnlySpan<byte> text, long number)
    {
        if (!edges.IdsAreText)
        {
            return EdgeCollector.TryParse(token, out long id)
                ? id
                : throw Malformed("a node id from 0 to 2^63 - 1 (set Ids to Text for any other id)", text, number);
        }

        return edges.TryCode(token, out long code) ? code : throw Malformed("UTF-8 text without control characters", text, number);
    }

    /// <summary>The next value: blanks, one comma with blanks around it, or both separate values.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> token)
    {
        int length = rest.IndexOfAny(" \t,"u8);
        token = length < 0 ? rest : rest[..length];
        if (token.IsEmpty)
            return false;
        rest = rest[token.Length..].TrimStart(" \t"u8);
        if (rest is [(byte)',', ..])
        {
            ReadOnlySpan<byte> behind = rest[1..].TrimStart(" \t"u8);
            rest = behind.IsEmpty ? rest : behind; // a comma at the end stays and makes the line malformed
        }

        return true;
    }

    private static bool IsInteger(ReadOnlySpan<byte> token) =>
        token.TrimStart((byte)'-') is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsUrl(ReadOnlySpan<byte> text) =>
        (text.StartsWith("http://"u8) || text.StartsWith("https://"u8)) && text.IndexOfAny(" \t"u8) < 0;

    private MalformedFileException Malformed(string expected, ReadOnlySpan<byte> text, long number) =>
        new(source, expected, Encoding.UTF8.GetString(text[..Math.Min(text.Length, 400)]), number);
}
