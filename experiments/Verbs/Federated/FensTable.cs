using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Verbs;

/// <summary>The user's table: features, the class, and where rows are divided by a column the groups.</summary>
internal static class FensTable
{
    /// <summary>Reads the table.</summary>
    public static async Task<(LabeledData Data, string[]? Groups)> LoadAsync(FensRequest request, CancellationToken cancellationToken)
    {
        string path = request.Data!;
        if (!File.Exists(path))
        {
            throw new UsageException($"--data = {path}: there is no such file.");
        }
        PartitionText.Parse(request.Partition, out string? group);
        (string[] columns, bool header) = await ColumnsAsync(path, cancellationToken);
        int label = request.Label is { } name ? IndexOf(columns, name, "--label") : columns.Length - 1;
        int grouped = group is null ? -1 : IndexOf(columns, group, "--partition");
        LabeledTableOptions options = new()
        {
            LabelColumn = label,
            Ignored = grouped < 0 ? [] : [grouped],
            Text = DelimitedTextOptions.Default with { HasHeader = header },
        };
        LabeledData data = await LabeledTable.LoadAsync(path, options, cancellationToken);
        if (grouped < 0)
        {
            return (data, null);
        }
        var groups = new List<string>();
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options.Text, cancellationToken))
        {
            groups.Add(record[grouped]);
        }
        return (data, [.. groups]);
    }

    /// <summary>The groups of the rows that are left for training: the same split, drawn once more for the row numbers.</summary>
    public static IReadOnlyList<string> GroupsOf(LabeledData all, LabeledData training, string[] groups, RandomStream split, double test)
    {
        int[] rows = RowSplit.Random(all.Count, split, test)[1];
        return rows.Length == training.Count
            ? [.. rows.Select(row => groups[row])]
            : throw new InvalidOperationException($"The split gave {rows.Length} rows and {training.Count} before.");
    }

    // A first line without any number names the columns.
    private static async Task<(string[] Columns, bool Header)> ColumnsAsync(string path, CancellationToken cancellationToken)
    {
        await foreach (
            DelimitedRecord record in DelimitedText.ReadAsync(
                path,
                DelimitedTextOptions.Default with
                {
                    HasHeader = false,
                },
                cancellationToken
            )
        )
        {
            bool header = !record.Values.Any(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
            return (
                header ? [.. record.Values] : [.. Enumerable.Range(0, record.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))],
                header
            );
        }
        throw new MalformedFileException(path, "at least one record", "none", line: 1);
    }

    private static int IndexOf(string[] columns, string name, string option)
    {
        int index = Array.IndexOf(columns, name);
        if (index < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < columns.Length)
        {
            index = number;
        }
        return index >= 0
            ? index
            : throw new UsageException($"{option}: there is no column '{name}'; there are {string.Join(", ", columns.Take(20))}.");
    }
}
