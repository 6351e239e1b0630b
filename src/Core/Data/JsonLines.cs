using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace ResearchKit.Data;

/// <summary>
/// Reads JSON Lines (one JSON value a line, UTF-8), one line at a time, compressed by gzip or zstd or not; blank lines are passed over. Every error has file, line and,
/// where the place is known, column (counted in bytes).
/// </summary>
public static class JsonLines
{
    /// <summary>The longest line: a document of 64 MiB.</summary>
    private const int LongestLine = 1 << 26;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the values of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The values, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">A line is no JSON, has a member twice, is no UTF-8 or longer than 64 MiB, or compressed data are damaged.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async IAsyncEnumerable<JsonLine> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await foreach (JsonLine line in ReadLinesAsync(stream, path, Parse, cancellationToken).ConfigureAwait(false))
            yield return line;
    }

    /// <summary>Reads the values of a stream. The stream stays open.</summary>
    /// <param name="stream">The stream, perhaps compressed.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The values, read as they are asked for.</returns>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static async IAsyncEnumerable<JsonLine> ReadAsync(
        Stream stream,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        await using Stream text = await CompressedFile.DecompressAsync(stream, leaveOpen: true, cancellationToken).ConfigureAwait(false);
        await foreach (JsonLine line in ReadLinesAsync(text, name, Parse, cancellationToken).ConfigureAwait(false))
            yield return line;
    }

    /// <summary>Reads the values of a file as a type of the caller's.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="type">How to read it: of a source-generated <c>JsonSerializerContext</c>, or <c>JsonSerializerOptions.GetTypeInfo</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The values, read as they are asked for; never null.</returns>
    /// <exception cref="MalformedFileException">A value does not fit the type, or as for <see cref="ReadAsync(string, CancellationToken)"/>.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        string path,
        JsonTypeInfo<T> type,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(type);
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<T> values = ReadLinesAsync(
            stream,
            path,
            (text, name, number) =>
                JsonSerializer.Deserialize(text, type) ?? throw new MalformedFileException(name, "a value", "null", number),
            cancellationToken
        );
        await foreach (T value in values.ConfigureAwait(false))
            yield return value;
    }

    private delegate T LineParser<T>(ReadOnlySpan<byte> text, string name, long number);

    private static JsonLine Parse(ReadOnlySpan<byte> text, string name, long number) => new(name, number, JsonElement.Parse(text, Strict));

    private static async IAsyncEnumerable<T> ReadLinesAsync<T>(
        Stream stream,
        string name,
        LineParser<T> parse,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var lines = new LineReader(stream, name, LongestLine);
        while (await NextAsync(lines, name, cancellationToken).ConfigureAwait(false))
        {
            if (lines.Line.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
                yield return ParseLine(lines.Line.Span, name, lines.Number, parse);
        }
    }

    private static async ValueTask<bool> NextAsync(LineReader lines, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            throw new MalformedFileException(name, "whole compressed data", e.Message, lines.Number + 1, innerException: e);
        }
    }

    private static T ParseLine<T>(ReadOnlySpan<byte> text, string name, long number, LineParser<T> parse)
    {
        if (!Utf8.IsValid(text))
            throw new MalformedFileException(name, "UTF-8", "other bytes", number);
        try
        {
            if (text.IndexOf("\\u"u8) >= 0)
                CheckEscapes(text, name, number);
            return parse(text, name, number);
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(
                name,
                "a JSON value that fits",
                e.Message,
                number,
                e.BytePositionInLine + 1,
                innerException: e
            );
        }
    }

    /// <summary>Half a surrogate pair passes the parser and fails later, where the line is no longer known.</summary>
    private static void CheckEscapes(ReadOnlySpan<byte> text, string name, long number)
    {
        var reader = new Utf8JsonReader(text);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new MalformedFileException(
                    name,
                    "Unicode characters",
                    "half a surrogate pair",
                    number,
                    reader.TokenStartIndex + 1,
                    innerException: e
                );
            }
        }
    }
}
