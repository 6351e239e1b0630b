using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Parquet;
using Parquet.Schema;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Writes collected rows in the formats that other programs read.</summary>
internal static class RowFiles
{
    private static readonly CsvWriterOptions Csv = CsvWriterOptions.Default with
    {
        NewLine = "\n",
        FormatProvider = CultureInfo.InvariantCulture,
    };

    internal static void WriteCsv(RowCollection rows, TextWriter to)
    {
        using CsvWriter writer = CsvWriter.Create(to, Csv, leaveOpen: true);
        foreach (string[] record in rows.Rows.Prepend([.. rows.Columns.Select(c => c.Name)]))
        {
            foreach (string field in record)
            {
                writer.WriteField(field);
            }

            writer.EndRecord();
        }
    }

    internal static void WriteJson(RowCollection rows, TextWriter to)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (string[] row in rows.Rows)
            {
                json.WriteStartObject();
                for (int i = 0; i < row.Length; i++)
                {
                    WriteField(json, rows.Columns[i], row[i]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        to.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>A table for a paper: numbers to six digits, the unit in the header; columns that are the same in all rows are left out.</summary>
    internal static void WriteLatex(RowCollection rows, TextWriter to)
    {
        string[][] records = [.. rows.Rows];
        int[] places =
        [
            .. Enumerable.Range(0, rows.Columns.Count).Where(i => i > 1 && (records.Length < 2 || records.Any(r => r[i] != records[0][i]))),
        ];
        to.Write(
            LatexTable.Of(
                string.Concat(places.Select(i => rows.Columns[i].IsNumber ? 'r' : 'l')),
                places.Select(i => rows.Columns[i] is { Unit: { Length: > 0 } unit } c ? $"{c.Name} [{unit}]" : rows.Columns[i].Name),
                records.Select(r => places.Select(i => Short(rows.Columns[i], r[i])))
            )
        );
    }

    private static string Short(RowColumn column, string field) =>
        column.IsNumber && double.TryParse(field, CultureInfo.InvariantCulture, out double number)
            ? number.ToString("G6", CultureInfo.InvariantCulture)
            : field;

    internal static async Task WriteParquetAsync(RowCollection rows, Stream to, CancellationToken cancellationToken)
    {
        string[][] records = [.. rows.Rows];
        DataField[] fields = [.. rows.Columns.Select((c, i) => new DataField(c.Name, TypeOf(c, records, i)))];
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields),
            to,
            cancellationToken: cancellationToken
        );
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        for (int i = 0; i < fields.Length; i++)
        {
            string[] column = [.. records.Select(r => r[i])];
            if (fields[i].ClrType == typeof(long))
            {
                long?[] values = [.. column.Select(f => f.Length == 0 ? (long?)null : long.Parse(f, CultureInfo.InvariantCulture))];
                await group.WriteAsync<long>(fields[i], values, cancellationToken: cancellationToken);
            }
            else if (fields[i].ClrType == typeof(double))
            {
                double?[] values = [.. column.Select(f => f.Length == 0 ? (double?)null : double.Parse(f, CultureInfo.InvariantCulture))];
                await group.WriteAsync<double>(fields[i], values, cancellationToken: cancellationToken);
            }
            else
            {
                await group.WriteAsync(fields[i], column);
            }
        }
    }

    private static Type TypeOf(RowColumn column, string[][] records, int place) =>
        !column.IsNumber ? typeof(string)
        : records.All(r => r[place].Length == 0 || long.TryParse(r[place], CultureInfo.InvariantCulture, out _)) ? typeof(long?)
        : typeof(double?);

    private static void WriteField(Utf8JsonWriter json, RowColumn column, string field)
    {
        if (field.Length == 0)
        {
            json.WriteNull(column.Name);
        }
        else if (column.IsNumber && double.TryParse(field, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            json.WritePropertyName(column.Name);
            json.WriteRawValue(field);
        }
        else
        {
            json.WriteString(column.Name, field);
        }
    }
}
