using System.Globalization;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>Makes the lines of a journal of row records. One formatter serves one thread at a time.</summary>
internal sealed class RowFormatter : IDisposable
{
    internal static readonly CsvWriterOptions Csv = CsvWriterOptions.Default with
    {
        NewLine = "\n",
        FormatProvider = CultureInfo.InvariantCulture,
        BufferSize = 4096,
    };

    private readonly MemoryStream line = new();
    private readonly CsvWriter writer;
    private readonly RowSchema schema;

    internal RowFormatter(RowSchema schema) => (this.schema, writer) = (schema, CsvWriter.Create(line, Csv, leaveOpen: true));

    /// <summary>The line of a row, LF included.</summary>
    /// <param name="key">The key of its cell.</param>
    /// <param name="index">Its place in the cell.</param>
    /// <param name="row">The row.</param>
    internal byte[] Line(string key, int index, object row)
    {
        line.SetLength(0);
        writer.WriteField(key);
        writer.WriteField(index);
        schema.Write(writer, row);
        writer.EndRecord();
        writer.Flush();
        return line.ToArray();
    }

    /// <summary>The line of the columns, without its end.</summary>
    /// <param name="schema">The schema of the row.</param>
    internal static string Columns(RowSchema schema)
    {
        using MemoryStream stream = new();
        using (CsvWriter writer = CsvWriter.Create(stream, Csv, leaveOpen: true))
        {
            foreach (string name in RowSchema.JournalColumns.Concat(schema.Columns.Select(c => c.Name)))
            {
                writer.WriteField(name);
            }

            writer.EndRecord();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n');
    }

    public void Dispose()
    {
        writer.Dispose();
        line.Dispose();
    }
}
