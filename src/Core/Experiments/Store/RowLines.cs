using System.Globalization;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>Reads lines of rows as CSV.</summary>
internal static class RowLines
{
    private static readonly CsvReaderOptions Csv = CsvReaderOptions.Default with
    {
        HasHeader = false,
        Separator = ',',
        FormatProvider = CultureInfo.InvariantCulture,
        MissingField = CsvMissingFieldHandling.Throw,
        MalformedData = CsvMalformedDataHandling.Throw,
        AllowLineBreaksInQuotes = false,
    };

    /// <summary>A reader over lines.</summary>
    /// <param name="lines">The lines, LF included.</param>
    internal static CsvReader Reader(ReadOnlyMemory<byte> lines) => CsvReader.Create(lines, Csv);

    /// <summary>The fields of one line.</summary>
    /// <param name="line">The line.</param>
    internal static IReadOnlyList<string> Fields(string line)
    {
        using CsvReader reader = CsvReader.FromText(line, Csv);
        return reader.Read() ? Fields(reader) : [];
    }

    /// <summary>The fields of the current record.</summary>
    /// <param name="reader">The reader.</param>
    internal static string[] Fields(CsvReader reader)
    {
        string[] fields = new string[reader.FieldCount];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.GetString(i);
        }

        return fields;
    }
}
