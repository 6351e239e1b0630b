using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>The text form of option values: what <c>--set</c> takes and what is printed, each the inverse of the other.</summary>
internal static class OptionText
{
    /// <summary>Reads a value as JSON of its type.</summary>
    /// <param name="kind">What can be written.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text does not fit; the message says what is expected.</exception>
    internal static JsonNode? Parse(OptionKind kind, string text)
    {
        if (kind.Nullable && text.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        JsonNode? node =
            kind.Element is { } element ? ParseList(element, text)
            : kind.Value == typeof(string) ? ParseString(text)
            : kind.Value.IsEnum ? ParseEnum(kind.Value, text)
            : ParseJson(kind, text);
        return Checked(kind, node, text);
    }

    /// <summary>Checks that JSON fits the type, so that every problem is found and not only the first.</summary>
    /// <param name="kind">What can be written.</param>
    /// <param name="node">The JSON.</param>
    /// <param name="text">The text it came from.</param>
    /// <exception cref="FormatException">It does not fit.</exception>
    internal static JsonNode? Checked(OptionKind kind, JsonNode? node, string text)
    {
        if (node is null)
        {
            return kind.Nullable ? null : throw new FormatException($"null is not allowed; expected {kind.Words}");
        }

        try
        {
            node.Deserialize(kind.Type, ExperimentJson.Whole);
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"'{text}' is not {kind.Words}{(kind.IsRecord ? $" ({e.Message})" : "")}", e);
        }
    }

    /// <summary>Prints a value so that <see cref="Parse"/> gives it again.</summary>
    /// <param name="kind">What can be written.</param>
    /// <param name="node">The value as JSON.</param>
    internal static string Print(OptionKind kind, JsonNode? node)
    {
        if (node is null)
        {
            return "null";
        }

        if (kind.Element is { } element && node is JsonArray array)
        {
            string[] parts = [.. array.Select(n => n is null or JsonArray or JsonObject ? "[" : Print(element, n))];
            return parts.Length > 0 && parts.All(IsPlainElement) ? string.Join(',', parts) : array.ToJsonString(ExperimentJson.Whole);
        }

        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? PrintString(value.GetValue<string>(), node)
            : node.ToJsonString(ExperimentJson.Whole);
    }

    private static string PrintString(string text, JsonNode node)
    {
        bool plain = text.Length > 0 && text[0] != '"' && text.Trim() == text && !text.Equals("null", StringComparison.OrdinalIgnoreCase);
        return plain && !text.Any(char.IsControl) ? text : node.ToJsonString(ExperimentJson.Whole);
    }

    private static bool IsPlainElement(string text) =>
        text.Length > 0 && text.AsSpan().IndexOfAny(",\"[{") < 0 && !text.Contains("..", StringComparison.Ordinal);

    private static JsonArray ParseList(OptionKind element, string text)
    {
        if (text.StartsWith('['))
        {
            return (ParseJsonText(text) as JsonArray) ?? throw new FormatException($"'{text}' is not a list of {element.Words}");
        }

        JsonArray list = [];
        foreach (string part in text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (IsInteger(element.Value) && part.Split("..") is [var low, var high])
            {
                AddRange(list, part, low, high);
            }
            else
            {
                list.Add(Parse(element, part));
            }
        }

        return list;
    }

    private static void AddRange(JsonArray list, string part, string low, string high)
    {
        const int most = 1_000_000;
        if (
            !long.TryParse(low, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long first)
            || !long.TryParse(high, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long last)
            || last < first
            || last - first >= most
        )
        {
            throw new FormatException($"'{part}' is not a range such as 1..5 (ascending, at most {most} numbers)");
        }

        for (long i = first; i <= last; i++)
        {
            list.Add(JsonValue.Create(i));
        }
    }

    private static JsonValue ParseString(string text) =>
        text.StartsWith('"') && ParseJsonText(text) is JsonValue quoted && quoted.GetValueKind() == JsonValueKind.String
            ? quoted
            : JsonValue.Create(text);

    private static JsonValue ParseEnum(Type type, string text)
    {
        // [Flags] enums are written as JSON writes them: names joined by a comma.
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => NameOf(type, part))];
        return JsonValue.Create(string.Join(", ", names));
    }

    private static string NameOf(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException(
            $"'{text}' is not one of {string.Join(", ", Enum.GetNames(type))}; nearest: {NearestNames.Of(text, Enum.GetNames(type), 1)[0]}"
        );

    private static JsonNode? ParseJson(OptionKind kind, string text)
    {
        if (kind.Value == typeof(bool))
        {
            return bool.TryParse(text, out bool truth)
                ? JsonValue.Create(truth)
                : throw new FormatException($"'{text}' is not true or false");
        }

        if (IsNumber(kind.Value))
        {
            // The text itself becomes the JSON number, so that no digit is lost; what JSON does not take (a leading + or .) is normalised.
            return
                decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? Number(kind, text)
                : throw new FormatException($"'{text}' is not {kind.Words}");
        }

        return text.StartsWith('{') || text.StartsWith('"') ? ParseJsonText(text) : JsonValue.Create(text);
    }

    private static JsonValue Number(OptionKind kind, string text)
    {
        try
        {
            return kind.Value == typeof(double) ? Finite(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), text)
                : kind.Value == typeof(float) ? Finite(float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), text)
                : JsonValue.Create(
                    decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) / 1.000000000000000000000000000000000m
                );
        }
        catch (OverflowException e)
        {
            throw new FormatException($"'{text}' is out of the range of {kind.Words}", e);
        }
    }

    private static JsonValue Finite(double value, string text) =>
        double.IsFinite(value) ? JsonValue.Create(value) : throw new FormatException($"'{text}' is not a finite number");

    private static JsonValue Finite(float value, string text) =>
        float.IsFinite(value) ? JsonValue.Create(value) : throw new FormatException($"'{text}' is not a finite number");

    private static JsonNode? ParseJsonText(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{text}' is not valid JSON ({e.Message})", e);
        }
    }

    private static bool IsInteger(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 && !type.IsEnum;

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal && !type.IsEnum;
}
