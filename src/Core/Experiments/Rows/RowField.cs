using System.Globalization;
using System.Reflection;
using System.Text;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>
/// How the scalars of a row are written to and read from CSV: bool, integers, float, double, decimal, string, enum, <see cref="DateTimeOffset"/>,
/// <see cref="TimeSpan"/> (as seconds), and nullable of these. Floating-point numbers are their shortest text that reads back equal.
/// </summary>
internal static class RowField
{
    private const decimal TicksPerSecond = TimeSpan.TicksPerSecond;

    /// <summary>The method that writes a value of a type, or null if the type is no scalar.</summary>
    /// <param name="type">The declared type.</param>
    internal static MethodInfo? WriterOf(Type type) => MethodOf(type, "Write");

    /// <summary>The method that reads a value of a type, or null if the type is no scalar.</summary>
    /// <param name="type">The declared type.</param>
    internal static MethodInfo? ReaderOf(Type type) => MethodOf(type, "Read");

    /// <summary>Whether values of a type are numbers in CSV.</summary>
    /// <param name="type">The declared type.</param>
    internal static bool IsNumber(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        return value == typeof(TimeSpan) || (!value.IsEnum && Type.GetTypeCode(value) is >= TypeCode.SByte and <= TypeCode.Decimal);
    }

    /// <summary>The text of a scalar as it stands in CSV, before quoting.</summary>
    /// <param name="value">The value; null is the empty text.</param>
    internal static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            TimeSpan span => Seconds(span).ToString(CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            Enum name => name.ToString(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    private static MethodInfo? MethodOf(Type type, string verb)
    {
        Type? underlying = Nullable.GetUnderlyingType(type);
        Type value = underlying ?? type;
        string? suffix =
            value == typeof(string) ? "Text"
            : value == typeof(bool) ? "Bool"
            : value.IsEnum ? "Enum"
            : value == typeof(TimeSpan) ? "Span"
            : value == typeof(DateTimeOffset) ? "Time"
            : Type.GetTypeCode(value) is >= TypeCode.SByte and <= TypeCode.Decimal ? "Number"
            : null;
        if (suffix is null)
        {
            return null;
        }

        string name = verb + suffix + (underlying is null ? "" : "OrNull");
        MethodInfo method = typeof(RowField).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
        return method.IsGenericMethodDefinition ? method.MakeGenericMethod(value) : method;
    }

    private static decimal Seconds(TimeSpan span) => span.Ticks / TicksPerSecond;

    private static void WriteText(CsvWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteField("");
        }
        else if (value.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new ArgumentException("a text with line breaks is no row value: keep long text as an artifact of the cell");
        }
        else
        {
            // An empty text is quoted, so that it is told from null.
            writer.WriteField(value, value.Length == 0 ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
        }
    }

    private static void WriteBool(CsvWriter writer, bool value) => writer.WriteField(value);

    private static void WriteBoolOrNull(CsvWriter writer, bool? value) =>
        writer.WriteField(
            value is { } v
                ? v
                    ? "True"
                    : "False"
                : ""
        );

    private static void WriteEnum<T>(CsvWriter writer, T value)
        where T : struct, Enum => writer.WriteField(value.ToString());

    private static void WriteEnumOrNull<T>(CsvWriter writer, T? value)
        where T : struct, Enum => writer.WriteField(value?.ToString() ?? "");

    private static void WriteSpan(CsvWriter writer, TimeSpan value) => writer.WriteField(Seconds(value));

    private static void WriteSpanOrNull(CsvWriter writer, TimeSpan? value) =>
        writer.WriteField(value is { } v ? Seconds(v) : (decimal?)null);

    private static void WriteTime(CsvWriter writer, DateTimeOffset value) => writer.WriteField(value);

    private static void WriteTimeOrNull(CsvWriter writer, DateTimeOffset? value) => writer.WriteField(Text(value));

    private static void WriteNumber<T>(CsvWriter writer, T value)
        where T : struct, IUtf8SpanFormattable => writer.WriteField(value);

    private static void WriteNumberOrNull<T>(CsvWriter writer, T? value)
        where T : struct, IUtf8SpanFormattable => writer.WriteField(value);

    // A column that the file does not have is index -1: it reads as null.
    private static string? ReadText(CsvReader reader, int column) =>
        column < 0 ? null
        : reader.GetSpan(column) is { Length: > 0 } ? reader.GetString(column)
        : reader.GetRawSpan(column).Length > 0 ? ""
        : null;

    private static bool ReadBool(CsvReader reader, int column) =>
        reader.GetSpan(column) switch
        {
            [(byte)'T', ..] => true,
            [(byte)'F', ..] => false,
            _ => throw new FormatException($"'{reader.GetString(column)}' is not True or False"),
        };

    private static bool? ReadBoolOrNull(CsvReader reader, int column) => IsNull(reader, column) ? null : ReadBool(reader, column);

    private static T ReadEnum<T>(CsvReader reader, int column)
        where T : struct, Enum => Enum.Parse<T>(reader.GetString(column));

    private static T? ReadEnumOrNull<T>(CsvReader reader, int column)
        where T : struct, Enum => IsNull(reader, column) ? null : ReadEnum<T>(reader, column);

    private static TimeSpan ReadSpan(CsvReader reader, int column) =>
        new(decimal.ToInt64(ReadNumber<decimal>(reader, column) * TicksPerSecond));

    private static TimeSpan? ReadSpanOrNull(CsvReader reader, int column) => IsNull(reader, column) ? null : ReadSpan(reader, column);

    private static DateTimeOffset ReadTime(CsvReader reader, int column) =>
        DateTimeOffset.ParseExact(reader.GetString(column), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static DateTimeOffset? ReadTimeOrNull(CsvReader reader, int column) => IsNull(reader, column) ? null : ReadTime(reader, column);

    private static T ReadNumber<T>(CsvReader reader, int column)
        where T : struct, IUtf8SpanParsable<T> =>
        T.TryParse(reader.GetSpan(column), CultureInfo.InvariantCulture, out T value)
            ? value
            : throw new FormatException($"'{Encoding.UTF8.GetString(reader.GetSpan(column))}' is not a {typeof(T).Name}");

    private static T? ReadNumberOrNull<T>(CsvReader reader, int column)
        where T : struct, IUtf8SpanParsable<T> => IsNull(reader, column) ? null : ReadNumber<T>(reader, column);

    private static bool IsNull(CsvReader reader, int column) => column < 0 || reader.GetSpan(column).IsEmpty;
}
