using System.Buffers;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>The rows of the finished cells of a plan, read from the lines of their journals.</summary>
/// <param name="experiment">The experiment.</param>
/// <param name="plan">The plan.</param>
/// <param name="done">The finished cells by their place in the plan.</param>
internal sealed class StoredRows(Experiment experiment, ExperimentPlan plan, IReadOnlyList<JournalCell?> done)
{
    private readonly RowTableLayout layout = RowTableLayout.Of(experiment);

    /// <summary>The rows as records.</summary>
    /// <param name="notes">Told of columns that are ignored.</param>
    internal IReadOnlyList<MeasuredRow> Records(ICollection<string> notes)
    {
        List<MeasuredRow> rows = new(done.Sum(c => c?.Rows ?? 0));
        Read(notes, (cell, index, reader, map) => rows.Add(new MeasuredRow(cell.Key, cell.Cell, index, Record(cell, index, reader, map))));
        return rows;
    }

    /// <summary>The rows as text.</summary>
    internal RowTable Table()
    {
        List<string[]> rows = new(done.Sum(c => c?.Rows ?? 0));
        PlannedCell? current = null;
        string[] cellFields = [];
        Read(
            [],
            (cell, _, reader, map) =>
            {
                if (!ReferenceEquals(cell, current))
                {
                    (current, cellFields) = (cell, layout.FieldsOf(cell.Cell));
                }

                string[] fields = new string[layout.Columns.Count];
                cellFields.CopyTo(fields, 0);
                for (int i = 0; i < map.Length; i++)
                {
                    fields[layout.CellColumns + i] = map[i] < 0 ? layout.Row.MissingText(i) : reader.GetString(map[i]);
                }

                rows.Add(fields);
            }
        );
        return new RowTable(layout.Columns, rows);
    }

    private object Record(PlannedCell cell, int index, CsvReader reader, int[] map)
    {
        try
        {
            return layout.Row.Read(reader, map);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw StoreErrors.Damaged(
                done[cell.Index]!.Journal.Path,
                FormattableString.Invariant($"row {index} of the cell {cell.Key} is not a {experiment.RowType.Name} ({e.Message})"),
                e
            );
        }
    }

    // Cells of one journal that follow one another are read as one block: a reader a cell would cost more than its rows.
    private void Read(ICollection<string> notes, Action<PlannedCell, int, CsvReader, int[]> row)
    {
        const int most = 1 << 24;
        Dictionary<Journal, int[]> maps = [];
        ArrayBufferWriter<byte> block = new();
        int at = 0;
        while (at < done.Count)
        {
            if (done[at] is not { } first)
            {
                at++;
                continue;
            }

            block.ResetWrittenCount();
            int end = at;
            while (end < done.Count && (done[end] is null || done[end]!.Journal == first.Journal) && block.WrittenCount < most)
            {
                block.Write((done[end++]?.Lines ?? default).Span);
            }

            if (!maps.TryGetValue(first.Journal, out int[]? map))
            {
                maps.Add(first.Journal, map = layout.Row.Map(first.Journal.Columns, first.Journal.Path, notes));
            }

            ReadBlock(block.WrittenMemory, at, end, map, row);
            at = end;
        }
    }

    private void ReadBlock(ReadOnlyMemory<byte> lines, int from, int to, int[] map, Action<PlannedCell, int, CsvReader, int[]> row)
    {
        using CsvReader reader = RowLines.Reader(lines);
        for (int i = from; i < to; i++)
        {
            for (int index = 0; index < (done[i]?.Rows ?? 0); index++)
            {
                if (!reader.Read())
                {
                    throw StoreErrors.Damaged(done[i]!.Journal.Path, $"rows of the cell {done[i]!.Key} are not CSV");
                }

                row(plan.Cells[i], index, reader, map);
            }
        }
    }
}
