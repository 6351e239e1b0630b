using Spectre.Console;

namespace ResearchKit.Cli;

/// <summary>
/// A table of results. On a terminal it has borders and wraps its cells; in a pipe it is plain columns; where the words of its columns
/// do not fit side by side (a width of 40), each row is a block of <c>header: value</c> lines. All text is data, never markup.
/// </summary>
/// <param name="headers">The headers of the columns.</param>
public sealed class ResultTable(params IReadOnlyList<string> headers)
{
    // Beyond this a word may be broken; a path or an id that is longer must not decide the layout.
    private const int LongestKeptWord = 28;
    private readonly List<ResultCell[]> rows = [];
    private readonly HashSet<int> rightAligned = [];

    /// <summary>The number of rows.</summary>
    public int Count => rows.Count;

    /// <summary>Aligns columns of numbers.</summary>
    /// <param name="columns">Their places, from 0.</param>
    public ResultTable Right(params ReadOnlySpan<int> columns)
    {
        rightAligned.UnionWith(columns.ToArray());
        return this;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One cell a column.</param>
    /// <exception cref="ArgumentException">The number of cells is not that of the headers.</exception>
    public ResultTable Add(params IReadOnlyList<ResultCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count != headers.Count)
        {
            throw new ArgumentException($"The row has {cells.Count} cells, the table {headers.Count} columns.", nameof(cells));
        }

        rows.Add([.. cells]);
        return this;
    }

    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    internal void WriteTo(IAnsiConsole console)
    {
        bool bordered = console.Profile.Capabilities.Ansi;
        if (ColumnWidths(console.Profile.Width - (bordered ? (3 * headers.Count) + 1 : 2 * headers.Count)) is not { } widths)
        {
            WriteBlocks(console);
            return;
        }

        Table table = new() { Border = bordered ? TableBorder.Rounded : TableBorder.None, ShowRowSeparators = false };
        for (int i = 0; i < headers.Count; i++)
        {
            TableColumn column = new(new Text(headers[i])) { Width = widths[i] };
            table.AddColumn(rightAligned.Contains(i) ? column.RightAligned() : column);
        }

        foreach (ResultCell[] row in rows)
        {
            table.AddRow(row.Select(c => new Text(c.Text, c.Style)));
        }

        if (bordered)
        {
            console.Write(table);
        }
        else
        {
            WriteTrimmed(console, table);
        }
    }

    // Columns are padded with blanks; behind the last one they only get in the way of other programs.
    private static void WriteTrimmed(IAnsiConsole console, Table table)
    {
        StringWriter text = new() { NewLine = "\n" };
        TerminalOutput.Console(text, isTerminal: false, console.Profile.Width, colour: false).Write(table);
        foreach (ReadOnlySpan<char> line in text.ToString().AsSpan().TrimEnd('\n').EnumerateLines())
        {
            console.Profile.Out.Writer.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>The width of each column: its longest word and a share of what is left, at most its longest text; null where not even the words fit.</summary>
    private int[]? ColumnWidths(int available)
    {
        int[] words = new int[headers.Count];
        int[] texts = new int[headers.Count];
        for (int i = 0; i < headers.Count; i++)
        {
            int column = i;
            words[i] = rows.Select(r => r[column].Text).Append(headers[column]).Max(LongestWord);
            texts[i] = rows.Select(r => r[column].Text).Append(headers[column]).Max(t => t.Split('\n').Max(l => l.Length));
        }

        int spare = available - words.Sum();
        if (spare < 0)
        {
            return null;
        }

        // Columns that lack little get all they lack; those of long texts share what is left.
        int[] byLack = [.. Enumerable.Range(0, words.Length).OrderBy(i => texts[i] - words[i])];
        for (int k = 0; k < byLack.Length; k++)
        {
            int given = Math.Min(Math.Max(texts[byLack[k]] - words[byLack[k]], 0), spare / (byLack.Length - k));
            words[byLack[k]] += given;
            spare -= given;
        }

        return words;
    }

    private static int LongestWord(string text)
    {
        int longest = 0;
        foreach (Range word in text.AsSpan().SplitAny(' ', '\n'))
        {
            longest = Math.Max(longest, text.AsSpan()[word].Length);
        }

        return Math.Min(longest, LongestKeptWord);
    }

    private void WriteBlocks(IAnsiConsole console)
    {
        foreach (ResultCell[] row in rows)
        {
            for (int i = 0; i < headers.Count; i++)
            {
                if (row[i].Text.Length > 0)
                {
                    console.Write(new Text($"{headers[i]}: "));
                    console.Write(new Text(row[i].Text, row[i].Style));
                    console.WriteLine();
                }
            }

            console.WriteLine();
        }
    }
}
