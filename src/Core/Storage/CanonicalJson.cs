using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Storage;

/// <summary>
/// The canonical text of a JSON value (RFC 8785): members sorted by UTF-16 code units, numbers as ECMAScript writes them, no blanks.
/// Equal values have equal texts, so texts can be hashed and signed. Refused: NaN, infinities, two members of one name, half a surrogate pair.
/// </summary>
public static class CanonicalJson
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
    );

    /// <summary>The canonical text of a node; null is <c>null</c>.</summary>
    /// <param name="node">The value.</param>
    /// <param name="exactIntegers">
    /// RFC 8785 rounds integers beyond 2^53 to a double, which would give two numbers one text; with true such an integer is refused instead.
    /// </param>
    /// <exception cref="ArgumentException">The value has no canonical text; the message names the member.</exception>
    public static string Serialize(JsonNode? node, bool exactIntegers = false)
    {
        if (node is null)
        {
            return "null";
        }
        using var document = JsonDocument.Parse(Plain(node));
        return Serialize(document.RootElement, exactIntegers);
    }

    /// <summary>The canonical text of an element.</summary>
    /// <inheritdoc cref="Serialize(JsonNode?, bool)"/>
    /// <param name="element">The value.</param>
    /// <param name="exactIntegers">Refuse an integer that no double holds exactly, instead of rounding it.</param>
    public static string Serialize(JsonElement element, bool exactIntegers = false)
    {
        var writer = new Writer(exactIntegers);
        writer.Append(element);
        return writer.ToString();
    }

    /// <summary>The canonical text of a node in UTF-8.</summary>
    /// <inheritdoc cref="Serialize(JsonNode?, bool)"/>
    public static byte[] ToUtf8(JsonNode? node, bool exactIntegers = false) => Encoding.UTF8.GetBytes(Serialize(node, exactIntegers));

    /// <summary>The canonical text of an element in UTF-8.</summary>
    /// <inheritdoc cref="Serialize(JsonElement, bool)"/>
    public static byte[] ToUtf8(JsonElement element, bool exactIntegers = false) =>
        Encoding.UTF8.GetBytes(Serialize(element, exactIntegers));

    /// <summary>The canonical form of a JSON text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">The file or stream it came from, for messages.</param>
    /// <exception cref="MalformedFileException">The text is no JSON, or has no canonical form.</exception>
    public static byte[] FromText(ReadOnlyMemory<byte> json, string source = "JSON text")
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return ToUtf8(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new MalformedFileException(
                source,
                "JSON (RFC 8259)",
                exception.Message,
                exception.LineNumber + 1,
                exception.BytePositionInLine + 1,
                innerException: exception
            );
        }
        catch (ArgumentException exception)
        {
            throw new MalformedFileException(
                source,
                "JSON that has a canonical form (RFC 8785)",
                exception.Message,
                innerException: exception
            );
        }
    }

    /// <summary>A number as ECMAScript writes it: the shortest digits that read back equal, an exponent from 1e21 up and below 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no NaN and no infinities.");
        }
        if (value == 0)
        {
            return "0"; // minus zero too
        }
        // "E16" would give 17 digits; "R" gives the shortest, in one of two notations: take digits and exponent apart.
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mantissa = text.AsSpan();
        var exponent = 0;
        if (text.IndexOf('E') is >= 0 and var mark)
        {
            mantissa = text.AsSpan(0, mark);
            exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa.Length : point;
        var all = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var zeros = all.Length - all.AsSpan().TrimStart('0').Length;
        var digits = all.AsSpan().Trim('0').ToString();
        var n = whole - zeros + exponent; // the value is 0.digits * 10^n
        var sign = value < 0 ? "-" : "";
        return n switch
        {
            <= 21 when digits.Length <= n => sign + digits + new string('0', n - digits.Length),
            <= 21 and > 0 => sign + digits[..n] + "." + digits[n..],
            <= 0 and > -6 => sign + "0." + new string('0', -n) + digits,
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits.AsSpan(1)}e{(n > 0 ? "+" : "-")}{Math.Abs(n - 1)}"
            ),
        };
    }

    // A node may hold any CLR value; the writer turns it into plain JSON, keeping members of one name apart.
    private static ReadOnlyMemory<byte> Plain(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            node.WriteTo(writer);
        }
        return buffer.WrittenMemory;
    }

    private sealed class Writer(bool exactIntegers)
    {
        private readonly StringBuilder _text = new();

        // Where we are, as names and indices: made into a text only for an error.
        private readonly List<(string? Name, int Index)> _path = [];

        public override string ToString() => _text.ToString();

        public void Append(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    AppendObject(element);
                    break;
                case JsonValueKind.Array:
                    AppendArray(element);
                    break;
                case JsonValueKind.String:
                    AppendString(Text(element));
                    break;
                case JsonValueKind.Number:
                    _text.Append(NumberOf(element));
                    break;
                case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                    _text.Append(element.GetRawText());
                    break;
                default:
                    throw Refuse("holds no value");
            }
        }

        private void AppendArray(JsonElement element)
        {
            _text.Append('[');
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                if (index > 0)
                {
                    _text.Append(',');
                }
                _path.Add((null, index++));
                Append(item);
                _path.RemoveAt(_path.Count - 1);
            }
            _text.Append(']');
        }

        private void AppendObject(JsonElement element)
        {
            var members = new List<(string Name, JsonElement Value)>();
            foreach (var member in element.EnumerateObject())
            {
                members.Add((Name(member), member.Value));
            }
            members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
            _text.Append('{');
            for (var i = 0; i < members.Count; i++)
            {
                var (name, value) = members[i];
                if (i > 0)
                {
                    if (name == members[i - 1].Name)
                    {
                        throw Refuse($"has two members named \"{name}\"; a canonical text has one of each");
                    }
                    _text.Append(',');
                }
                AppendString(name);
                _text.Append(':');
                _path.Add((name, 0));
                Append(value);
                _path.RemoveAt(_path.Count - 1);
            }
            _text.Append('}');
        }

        private string NumberOf(JsonElement element)
        {
            var value = element.GetDouble();
            if (!double.IsFinite(value))
            {
                throw Refuse($"is {element.GetRawText()}, beyond the range of a double");
            }
            if (
                exactIntegers
                && Math.Abs(value) >= 1L << 53
                && BigInteger.TryParse(element.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                && integer != new BigInteger(value)
            )
            {
                throw Refuse($"is {element.GetRawText()}, which no double holds exactly: write it as a string");
            }
            return Number(value);
        }

        private string Text(JsonElement element)
        {
            try
            {
                return element.GetString()!;
            }
            catch (InvalidOperationException exception)
            {
                throw Refuse("holds half a surrogate pair or invalid UTF-8", exception);
            }
        }

        private string Name(JsonProperty member)
        {
            try
            {
                return member.Name;
            }
            catch (InvalidOperationException exception)
            {
                throw Refuse("has a member whose name holds half a surrogate pair or invalid UTF-8", exception);
            }
        }

        private void AppendString(string value)
        {
            _text.Append('"');
            var rest = value.AsSpan();
            while (rest.IndexOfAny(Escaped) is >= 0 and var at)
            {
                _text.Append(rest[..at]);
                _ = rest[at] switch
                {
                    '"' => _text.Append("\\\""),
                    '\\' => _text.Append("\\\\"),
                    '\b' => _text.Append("\\b"),
                    '\t' => _text.Append("\\t"),
                    '\n' => _text.Append("\\n"),
                    '\f' => _text.Append("\\f"),
                    '\r' => _text.Append("\\r"),
                    var control => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"),
                };
                rest = rest[(at + 1)..];
            }
            _text.Append(rest).Append('"');
        }

        private ArgumentException Refuse(string what, Exception? cause = null) =>
            new($"${string.Concat(_path.Select(part => part.Name is { } name ? $".{name}" : $"[{part.Index}]"))} {what}.", cause);
    }
}
