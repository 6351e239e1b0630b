using System.Globalization;
using System.Text;
using CsvHelper;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>Edge lists in tables: csv with or without header, npy of shape [E, 2], Parquet with two columns.</summary>
internal static class EdgeTables
{
    /// <summary>Names of the two columns, as data sets use them.</summary>
    private static readonly (string U, string V)[] KnownNames =
    [
        ("u", "v"),
        ("source", "target"),
        ("src", "dst"),
        ("from", "to"),
        ("node1", "node2"),
        ("node_1", "node_2"),
    ];

    internal static async Task<LoadedGraph> ReadDelimitedAsync(
        Stream stream,
        string name,
        EdgeListOptions options,
        CancellationToken cancellationToken
    )
    {
        EdgeCollector edges = Collector(name, options);
        var parser = new EdgeListParser(name, options, EdgeListFormat.Pairs, edges);
        var text = new DelimitedTextOptions
        {
            HasHeader = false,
            CommentPrefix = '#',
            TrimBlanks = true,
            AllowRagged = true,
        };
        await using CsvReader reader = DelimitedText.Open(stream, name, text);
        (int u, int v) = (0, 1);
        bool first = true;
        while (await DelimitedText.Guarded(() => reader.ReadAsync(cancellationToken), name, reader).ConfigureAwait(false))
        {
            if (reader.LineNumber <= options.SkipLines)
            {
                edges.SkippedLines++;
                continue;
            }

            if (first && IsHeader(reader, name, options))
            {
                string[] header = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
                (u, v) = ColumnsOf(header, name, options);
                edges.SkippedLines++;
            }
            else
            {
                if (reader.FieldCount <= Math.Max(u, v))
                    throw new MalformedFileException(name, "two node ids", Encoding.UTF8.GetString(reader.RawRecord), reader.LineNumber);
                edges.DataLines++;
                parser.Pair(reader.GetSpan(u), reader.GetSpan(v), reader.FieldCount - 2, reader.RawRecord, reader.LineNumber);
            }

            first = false;
        }

        return edges.Build(cancellationToken);
    }

    internal static LoadedGraph ReadNpy(NpyArray array, string name, EdgeListOptions options, CancellationToken cancellationToken)
    {
        if (array.Shape is not [_, 2])
            throw new MalformedFileException(name, "an array of shape (E, 2)", $"shape ({string.Join(", ", array.Shape)})");
        EdgeCollector edges = Collector(name, options);
        int rows = array.Shape[0];
        if (array.ElementType == typeof(string))
        {
            TakeText(edges, name, options);
            string[] texts = array.Elements<string>();
            AddRows(edges, name, rows, row => (Code(edges, texts[2 * row], name, row), Code(edges, texts[2 * row + 1], name, row)));
            return edges.Build(cancellationToken);
        }

        if (
            array.ElementType == typeof(bool)
            || array.ElementType == typeof(float)
            || array.ElementType == typeof(double)
            || array.ElementType == typeof(Half)
        )
            throw new MalformedFileException(name, "integers or strings", array.ElementType.Name);
        long[] ids = Int64s(array, name);
        AddRows(edges, name, rows, row => (Code(edges, ids[2 * row], name, row), Code(edges, ids[2 * row + 1], name, row)));
        return edges.Build(cancellationToken);
    }

    internal static async Task<LoadedGraph> ReadParquetAsync(
        Stream stream,
        string name,
        EdgeListOptions options,
        CancellationToken cancellationToken
    )
    {
        string[] names = await ParquetTable.NamesAsync(stream, name, cancellationToken).ConfigureAwait(false);
        (int u, int v) = ColumnsOf(names, name, options);
        ParquetTable table = await ParquetTable.LoadAsync(stream, name, [names[u], names[v]], cancellationToken).ConfigureAwait(false);
        EdgeCollector edges = Collector(name, options);
        if (table.Column(names[u]) is string[])
        {
            TakeText(edges, name, options);
            string?[] from = table.Strings(names[u]);
            string?[] to = table.Strings(names[v]);
            AddRows(edges, name, table.RowCount, row => (Code(edges, from[row], name, row), Code(edges, to[row], name, row)));
        }
        else
        {
            long[] from = table.Int64s(names[u]);
            long[] to = table.Int64s(names[v]);
            AddRows(edges, name, table.RowCount, row => (Code(edges, from[row], name, row), Code(edges, to[row], name, row)));
        }

        return edges.Build(cancellationToken);
    }

    private static EdgeCollector Collector(string name, EdgeListOptions options) =>
        new(name, options.Strict) { IdsAreText = options.Ids == NodeIdKind.Text };

    private static void AddRows(EdgeCollector edges, string name, int rows, Func<int, (long U, long V)> pairOf)
    {
        for (int row = 0; row < rows; row++)
        {
            (long u, long v) = pairOf(row);
            if (edges.IsStrict && u == v)
                throw new MalformedFileException(name, "two different ids (strict)", $"({u}, {v}) in row {row}");
            if (!edges.TryAddPair(u, v))
                throw new MalformedFileException(
                    name,
                    "an edge that is not there yet, in either direction (strict)",
                    $"({u}, {v}) in row {row}"
                );
        }

        edges.DataLines = rows;
    }

    private static long Code(EdgeCollector edges, string? id, string name, int row) =>
        !string.IsNullOrEmpty(id) && edges.TryCode(Encoding.UTF8.GetBytes(id), out long code)
            ? code
            : throw new MalformedFileException(name, "an id without control characters", $"'{id}' in row {row}");

    private static long Code(EdgeCollector edges, long id, string name, int row) =>
        edges.IdsAreText ? Code(edges, id.ToString(CultureInfo.InvariantCulture), name, row)
        : id >= 0 ? id
        : throw new MalformedFileException(name, "ids of at least 0", $"{id} in row {row}");

    private static void TakeText(EdgeCollector edges, string name, EdgeListOptions options)
    {
        if (options.Ids == NodeIdKind.Integer)
            throw new MalformedFileException(name, "integer ids", "text");
        edges.IdsAreText = true;
    }

    private static long[] Int64s(NpyArray array, string name)
    {
        try
        {
            return array.ConvertedTo<long>();
        }
        catch (OverflowException e)
        {
            throw new MalformedFileException(name, "ids below 2^63", "a larger one", innerException: e);
        }
    }

    /// <summary>
    /// Whether the first record names the columns: as the options say; else if the first two values (or those named) are known names. Two integers are data;
    /// two other words could be either, and guessing would lose an edge or gain one.
    /// </summary>
    private static bool IsHeader(CsvReader reader, string name, EdgeListOptions options)
    {
        if (options.HasHeader is { } stated)
            return stated;
        if (options.Columns is not null)
            return true;
        string[] values = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        if (KnownNames.Any(pair => IndexOf(values, pair.U) >= 0 && IndexOf(values, pair.V) >= 0))
            return true;
        if (values.Length >= 2 && long.TryParse(values[0], out _) && long.TryParse(values[1], out _))
            return false;
        if (options.Ids == NodeIdKind.Integer)
            return true;
        throw new MalformedFileException(
            name,
            "two integer ids, or names of columns such as source and target (say which by HasHeader or Columns)",
            Encoding.UTF8.GetString(reader.RawRecord),
            reader.LineNumber
        );
    }

    internal static (int U, int V) ColumnsOf(string[] header, string name, EdgeListOptions options)
    {
        if (options.Columns is { } wanted)
        {
            (int u, int v) = (Array.IndexOf(header, wanted.U), Array.IndexOf(header, wanted.V));
            if (u < 0 || v < 0)
                throw new MalformedFileException(
                    name,
                    $"the columns '{wanted.U}' and '{wanted.V}'",
                    $"the columns {string.Join(", ", header)}",
                    line: 1
                );
            return (u, v);
        }

        foreach ((string u, string v) in KnownNames)
        {
            if (IndexOf(header, u) is >= 0 and int first && IndexOf(header, v) is >= 0 and int second)
                return (first, second);
        }

        return header.Length >= 2
            ? (0, 1)
            : throw new MalformedFileException(name, "two columns of ids", $"the columns {string.Join(", ", header)}", line: 1);
    }

    private static int IndexOf(string[] names, string name) =>
        Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
}
