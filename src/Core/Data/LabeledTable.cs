using System.Globalization;

namespace ResearchKit.Data;

/// <summary>Reads a table of text whose columns are features (numbers) and one class, compressed or not.</summary>
public static class LabeledTable
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which column is the class, and how the table is written; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows, with the columns' names as feature names if there is a header, and the classes' names.</returns>
    /// <exception cref="MalformedFileException">A feature is no finite number, a class is none of those named, there is no such column, or there is no record.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<LabeledData> LoadAsync(
        string path,
        LabeledTableOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= LabeledTableOptions.Default;
        var classes = new List<string>();
        var features = new List<float>();
        int[] columns = [];
        string[] names = [];
        var known = options.ClassNames.ToHashSet(StringComparer.Ordinal);
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options.Text, cancellationToken).ConfigureAwait(false))
        {
            int label = options.LabelColumn.GetOffset(record.Count);
            if (classes.Count == 0)
            {
                columns = [.. Enumerable.Range(0, record.Count).Where(column => column != label && !options.Ignored.Contains(column))];
                names = record.Columns.Count == 0 ? [] : Array.ConvertAll(columns, column => record.Columns[column]);
            }

            string value =
                label >= 0
                    ? record[label]
                    : throw new MalformedFileException(path, $"a column {options.LabelColumn}", $"{record.Count} columns", record.Line);
            if (known.Count > 0 && !known.Contains(value))
                throw new MalformedFileException(path, $"one of the {known.Count} classes named", value, record.Line, label + 1);
            classes.Add(value);
            foreach (int column in columns)
            {
                float feature = record.Number<float>(column);
                features.Add(
                    float.IsFinite(feature)
                        ? feature
                        : throw new MalformedFileException(path, "a finite number", record[column], record.Line, column + 1)
                );
            }
        }

        if (classes.Count == 0)
            throw new MalformedFileException(path, "at least one record", "none", line: 1);
        string[] order = options.ClassNames.Count > 0 ? [.. options.ClassNames] : InOrder(classes);
        Dictionary<string, int> numbers = order.Select(static (name, k) => (name, k)).ToDictionary(StringComparer.Ordinal);
        return LabeledData.Of(
            [.. features],
            [.. classes.Select(name => numbers[name])],
            new LabeledDataSchema
            {
                FeatureShape = [columns.Length],
                ClassNames = order,
                FeatureNames = names,
            }
        );
    }

    private static string[] InOrder(List<string> classes)
    {
        string[] distinct = [.. classes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return distinct.All(static name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? [.. distinct.OrderBy(static name => double.Parse(name, NumberStyles.Float, CultureInfo.InvariantCulture))]
            : distinct;
    }
}
