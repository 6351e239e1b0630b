using System.Globalization;
using Parquet;
using Parquet.Schema;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// A table of columns in memory, read from and written to Parquet by Parquet.Net. A column is an array of bool, an integer, float, double, DateTime or string;
/// a column with missing values an array of their nullable types. Nested columns and lists are not read.
/// </summary>
public sealed class ParquetTable
{
    private readonly OrderedDictionary<string, Array> _columns = new(StringComparer.Ordinal);

    private ParquetTable(string source) => Source = source;

    /// <summary>The file it was read from, or "table".</summary>
    public string Source { get; }

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Keys];

    /// <summary>The number of rows.</summary>
    public int RowCount { get; private init; }

    /// <summary>A table of the columns given.</summary>
    /// <param name="columns">Names and values: arrays of equal length.</param>
    /// <returns>The table; the arrays are not copied.</returns>
    /// <exception cref="ArgumentException">There are no columns, a name occurs twice, lengths differ, or a type cannot be stored.</exception>
    public static ParquetTable Of(params ReadOnlySpan<(string Name, Array Values)> columns)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("A table has at least one column.", nameof(columns));
        var table = new ParquetTable("table") { RowCount = columns[0].Values.Length };
        foreach ((string name, Array values) in columns)
        {
            if (values.Length != table.RowCount)
                throw new ArgumentException(
                    $"Column '{name}' has {values.Length} rows, the first column {table.RowCount}.",
                    nameof(columns)
                );
            if (values.Rank != 1 || ParquetColumn.OfElements(values.GetType().GetElementType()!) is null)
                throw new ArgumentException(
                    $"Column '{name}' has elements of type {values.GetType().GetElementType()!.Name}, which is not stored.",
                    nameof(columns)
                );
            if (string.IsNullOrEmpty(name) || !table._columns.TryAdd(name, values))
                throw new ArgumentException($"The name '{name}' is empty or taken.", nameof(columns));
        }

        return table;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns to read; all if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The table.</returns>
    /// <exception cref="MalformedFileException">It is no Parquet file, damaged, lacks a column, or a column is of a kind that is not read.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<ParquetTable> LoadAsync(
        string path,
        IReadOnlyList<string>? columns = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        await using FileStream stream = File.OpenRead(path);
        return await LoadAsync(stream, path, columns, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a stream that can seek.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="columns">The columns to read; all if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The table.</returns>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static async Task<ParquetTable> LoadAsync(
        Stream stream,
        string name,
        IReadOnlyList<string>? columns = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return await OpenAsync(stream, name, reader => ReadAsync(reader, name, columns, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes a file in row groups of a million rows, under a temporary name first.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Cancels; the old file, if any, stays.</param>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteAsync(
            path,
            async (stream, token) =>
            {
                const int rowsAtOnce = 1_000_000;
                ParquetColumn[] columns = [.. _columns.Select(static c => ParquetColumn.OfElements(c.Value.GetType().GetElementType()!)!)];
                DataField[] fields = [.. _columns.Select((c, i) => columns[i].FieldOf(c.Key))];
                await using ParquetWriter writer = await ParquetWriter
                    .CreateAsync(new ParquetSchema(fields.Cast<Field>()), stream, cancellationToken: token)
                    .ConfigureAwait(false);
                for (int start = 0; start < Math.Max(RowCount, 1); start += rowsAtOnce)
                {
                    using ParquetRowGroupWriter group = writer.CreateRowGroup();
                    int rows = Math.Min(rowsAtOnce, RowCount - start);
                    for (int i = 0; i < fields.Length; i++)
                        await columns[i].WriteAsync(group, fields[i], _columns.GetAt(i).Value, start, rows, token).ConfigureAwait(false);
                }
            },
            cancellationToken
        );

    /// <summary>A column as it was read.</summary>
    /// <param name="name">The name.</param>
    /// <returns>An array of the column's type, not copied.</returns>
    /// <exception cref="MalformedFileException">There is no such column.</exception>
    public Array Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _columns.TryGetValue(name, out Array? values)
            ? values
            : throw new MalformedFileException(Source, $"a column '{name}'", $"the columns {string.Join(", ", Names)}");
    }

    /// <summary>A column of numbers as doubles; a missing value is NaN.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The values.</returns>
    /// <exception cref="MalformedFileException">There is no such column, or it holds no numbers.</exception>
    public double[] Doubles(string name)
    {
        Array column = Column(name);
        return column is double[] doubles
            ? doubles
            : Converted(name, column, static value => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture));
    }

    /// <summary>A column of integers; a missing value is an error.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The values.</returns>
    /// <exception cref="MalformedFileException">There is no such column, it holds no integers, or a value is missing.</exception>
    public long[] Int64s(string name)
    {
        Array column = Column(name);
        Type type = column.GetType().GetElementType()!;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(float) || type == typeof(double))
            throw new MalformedFileException(Source, $"integers in column '{name}'", type.Name);
        // To the runtime an array of ulong is one of long: ask for the type of its elements instead.
        return type == typeof(long) && column is long[] longs
            ? longs
            : Converted(
                name,
                column,
                static value =>
                    value is null ? throw new InvalidCastException("a missing value") : Convert.ToInt64(value, CultureInfo.InvariantCulture)
            );
    }

    /// <summary>A column of text; a missing value is null.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The values.</returns>
    /// <exception cref="MalformedFileException">There is no such column, or it holds no text.</exception>
    public string?[] Strings(string name) =>
        Column(name) is string?[] strings
            ? strings
            : throw new MalformedFileException(Source, $"text in column '{name}'", Column(name).GetType().GetElementType()!.Name);

    private T[] Converted<T>(string name, Array column, Func<object?, T> convert)
    {
        Type type = column.GetType().GetElementType()!;
        if (
            (Nullable.GetUnderlyingType(type) ?? type) is { } plain
            && (plain == typeof(string) || plain == typeof(DateTime) || plain == typeof(bool))
        )
            throw new MalformedFileException(Source, $"numbers in column '{name}'", plain.Name);
        var values = new T[column.Length];
        for (int row = 0; row < values.Length; row++)
        {
            try
            {
                values[row] = convert(column.GetValue(row));
            }
            catch (Exception e) when (e is OverflowException or InvalidCastException)
            {
                throw new MalformedFileException(Source, $"{typeof(T).Name} in row {row} of column '{name}'", e.Message, innerException: e);
            }
        }

        return values;
    }

    /// <summary>The names of the columns of a stream, without their values.</summary>
    internal static Task<string[]> NamesAsync(Stream stream, string name, CancellationToken cancellationToken) =>
        OpenAsync(
            stream,
            name,
            static reader => Task.FromResult(Array.ConvertAll(reader.Schema.GetDataFields(), static f => f.Path.ToString())),
            cancellationToken
        );

    private static async Task<TResult> OpenAsync<TResult>(
        Stream stream,
        string name,
        Func<ParquetReader, Task<TResult>> read,
        CancellationToken cancellationToken
    )
    {
        await ParquetStructure.CheckAsync(stream, name, cancellationToken).ConfigureAwait(false);
        try
        {
            await using ParquetReader reader = await ParquetReader
                .CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            return await read(reader).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ResearchKitException))
        {
            // A decoder that meets damaged bytes throws whatever its next step does: out of range, overflow, end of stream, ...
            throw new MalformedFileException(name, "a whole Parquet file", e.Message, byteOffset: stream.Position, innerException: e);
        }
    }

    private static async Task<ParquetTable> ReadAsync(
        ParquetReader reader,
        string name,
        IReadOnlyList<string>? columns,
        CancellationToken cancellationToken
    )
    {
        DataField[] fields = reader.Schema.GetDataFields();
        DataField[] wanted = columns is null
            ? fields
            :
            [
                .. columns.Select(column =>
                    fields.FirstOrDefault(f => f.Path.ToString() == column)
                    ?? throw new MalformedFileException(
                        name,
                        $"a column '{column}'",
                        $"the columns {string.Join(", ", fields.Select(f => f.Path))}"
                    )
                ),
            ];
        long rows = reader.RowGroups.Sum(static group => group.RowCount);
        if (rows > Array.MaxLength)
            throw new MalformedFileException(name, $"at most {Array.MaxLength} rows", rows.ToString(CultureInfo.InvariantCulture));
        var table = new ParquetTable(name) { RowCount = (int)rows };
        foreach (DataField field in wanted)
        {
            ParquetColumn column = ParquetColumn.OfField(field, name);
            table._columns.Add(
                field.Path.ToString(),
                await column.ReadAsync(reader, field, (int)rows, cancellationToken).ConfigureAwait(false)
            );
        }

        return table;
    }
}
