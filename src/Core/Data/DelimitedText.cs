using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;

namespace ResearchKit.Data;

/// <summary>
/// Reads tables of text (csv, tsv) by CsvHelper, one record at a time, compressed by gzip or zstd or not; every error has file, line and, where it is one value, column.
/// </summary>
public static class DelimitedText
{
    /// <summary>Reads the records of a file as text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The records, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">Quotes do not match, a record has another length, a column occurs twice, or compressed data are damaged.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async IAsyncEnumerable<DelimitedRecord> ReadAsync(
        string path,
        DelimitedTextOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await foreach (
            DelimitedRecord record in ReadRecordsAsync(stream, path, options ?? DelimitedTextOptions.Default, cancellationToken)
                .ConfigureAwait(false)
        )
            yield return record;
    }

    /// <summary>Reads the records of a stream as text. The stream stays open.</summary>
    /// <param name="stream">The stream, perhaps compressed.</param>
    /// <param name="name">What to call it in errors; the extension .tsv chooses the tab.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The records, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static async IAsyncEnumerable<DelimitedRecord> ReadAsync(
        Stream stream,
        string name,
        DelimitedTextOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        await using Stream text = await CompressedFile.DecompressAsync(stream, leaveOpen: true, cancellationToken).ConfigureAwait(false);
        await foreach (
            DelimitedRecord record in ReadRecordsAsync(text, name, options ?? DelimitedTextOptions.Default, cancellationToken)
                .ConfigureAwait(false)
        )
            yield return record;
    }

    /// <summary>Reads the records of a file as a record type of the caller's (a partial record with CsvHelper's <c>[CsvRecord]</c>).</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The records, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">A column is missing, a value does not fit its member, or as for <see cref="ReadAsync(string, DelimitedTextOptions?, CancellationToken)"/>.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        string path,
        DelimitedTextOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using CsvReader reader = Open(stream, path, options ?? DelimitedTextOptions.Default);
        await using IAsyncEnumerator<T> records = reader.GetRecordsAsync<T>(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await Guarded(() => records.MoveNextAsync(), path, reader).ConfigureAwait(false))
            yield return records.Current;
    }

    /// <summary>Reads some columns of a file as numbers, one array a column; a missing value becomes NaN.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>For each name its values.</returns>
    /// <exception cref="MalformedFileException">A column is not there, or a value is neither a number nor missing.</exception>
    public static async Task<IReadOnlyDictionary<string, double[]>> ReadNumbersAsync(
        string path,
        IReadOnlyList<string> columns,
        DelimitedTextOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(columns);
        List<double>[] values = [.. columns.Select(static _ => new List<double>())];
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        options ??= DelimitedTextOptions.Default;
        await using CsvReader reader = Open(stream, path, options);
        DelimitedHeader header = await HeaderAsync(reader, path, options, cancellationToken).ConfigureAwait(false);
        int[] indices = [.. columns.Select(column => header.IndexOf(column, path))];
        while (await Guarded(() => reader.ReadAsync(cancellationToken), path, reader).ConfigureAwait(false))
        {
            for (int i = 0; i < indices.Length; i++)
                values[i].Add(NumberAt(reader, indices[i], header, path));
        }

        return columns.Zip(values).ToDictionary(static pair => pair.First, static pair => pair.Second.ToArray());
    }

    internal static CsvReader Open(Stream stream, string name, DelimitedTextOptions options) =>
        CsvReader.Create(
            stream,
            CsvReaderOptions.Default with
            {
                Separator = options.Separator ?? (IsTabSeparated(name) ? '\t' : null),
                HasHeader = options.HasHeader,
                CommentPrefix = options.CommentPrefix,
                TrimWhitespace = options.TrimBlanks,
                NullValues = [.. options.MissingValues],
                FormatProvider = CultureInfo.InvariantCulture,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
                FieldCountMismatch = options.AllowRagged ? CsvFieldCountHandling.Allow : CsvFieldCountHandling.Throw,
                PoolStrings = true,
            },
            leaveOpen: true
        );

    /// <summary>What CsvHelper and the decompressors throw, as one error with the place.</summary>
    internal static async ValueTask<TResult> Guarded<TResult>(Func<ValueTask<TResult>> read, string name, CsvReader reader)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (CsvFormatException e)
        {
            long? line = e.LineNumber > 0 ? e.LineNumber : null;
            long? column = e.FieldIndex >= 0 ? e.FieldIndex + 1 : null;
            throw new MalformedFileException(
                name,
                "a well-formed record",
                (e.InnerException ?? e).Message,
                line,
                line is null ? null : column,
                innerException: e
            );
        }
        catch (KeyNotFoundException e)
        {
            throw new MalformedFileException(name, "all columns of the record type", e.Message, line: 1, innerException: e);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            throw new MalformedFileException(name, "whole compressed data", e.Message, innerException: e);
        }
    }

    private static async IAsyncEnumerable<DelimitedRecord> ReadRecordsAsync(
        Stream stream,
        string name,
        DelimitedTextOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using CsvReader reader = Open(stream, name, options);
        DelimitedHeader header = await HeaderAsync(reader, name, options, cancellationToken).ConfigureAwait(false);
        while (await Guarded(() => reader.ReadAsync(cancellationToken), name, reader).ConfigureAwait(false))
        {
            var values = new string[reader.FieldCount];
            for (int i = 0; i < values.Length; i++)
                values[i] = reader.GetString(i);
            yield return new DelimitedRecord(name, header, values, reader.LineNumber);
        }
    }

    private static async Task<DelimitedHeader> HeaderAsync(
        CsvReader reader,
        string name,
        DelimitedTextOptions options,
        CancellationToken cancellationToken
    )
    {
        if (!options.HasHeader)
            return new DelimitedHeader(name, [], options.MissingValues);
        await Guarded(
                async () =>
                {
                    await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                },
                name,
                reader
            )
            .ConfigureAwait(false);
        return new DelimitedHeader(name, [.. reader.Headers], options.MissingValues);
    }

    private static double NumberAt(CsvReader reader, int column, DelimitedHeader header, string name)
    {
        if (reader.TryParse(column, out double number))
            return number;
        string value = column < reader.FieldCount ? reader.GetString(column) : "";
        return value.Length == 0 || header.MissingValues.Contains(value)
            ? double.NaN
            : throw new MalformedFileException(name, "a number", value, reader.LineNumber, column + 1);
    }

    private static bool IsTabSeparated(string name) =>
        Path.GetExtension(CompressedFile.WithoutCompression(name)).Equals(".tsv", StringComparison.OrdinalIgnoreCase);
}
