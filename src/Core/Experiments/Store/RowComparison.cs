using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>Compares two measurements of one cell field by field, columns by name.</summary>
internal static class RowComparison
{
    internal static IEnumerable<RowDifference> Of(JournalCell stored, JournalCell measured)
    {
        List<string[]> first = Records(stored);
        List<string[]> second = Records(measured);
        string[] columns =
        [
            .. stored.Journal.Columns.Where(c => !RowSchema.JournalColumns.Contains(c)).Where(measured.Journal.Columns.Contains),
        ];
        for (int row = 0; row < Math.Max(first.Count, second.Count); row++)
        {
            if (row >= first.Count || row >= second.Count)
            {
                yield return new RowDifference(row, "", row < first.Count ? "a row" : null, row < second.Count ? "a row" : null);
                continue;
            }

            foreach (string column in columns)
            {
                string a = Field(stored, first[row], column);
                string b = Field(measured, second[row], column);
                if (a != b)
                {
                    yield return new RowDifference(row, column, a, b);
                }
            }
        }
    }

    private static string Field(JournalCell cell, string[] record, string column) => record[cell.Journal.Columns.ToList().IndexOf(column)];

    private static List<string[]> Records(JournalCell cell)
    {
        using CsvReader reader = RowLines.Reader(cell.Lines);
        List<string[]> records = [];
        while (reader.Read())
        {
            records.Add(RowLines.Fields(reader));
        }

        return records;
    }
}
