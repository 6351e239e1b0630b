using System.Numerics;
using System.Text.Json;

namespace ResearchKit.Data;

/// <summary>One value of a JSON Lines file, with its place.</summary>
public sealed class JsonLine
{
    internal JsonLine(string name, long line, JsonElement value) => (Name, Line, Value) = (name, line, value);

    /// <summary>The file, or the name of the stream.</summary>
    public string Name { get; }

    /// <summary>The line, counted from 1.</summary>
    public long Line { get; }

    /// <summary>The value; stays valid.</summary>
    public JsonElement Value { get; }

    /// <summary>A member of the object.</summary>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">The value is no object, or has no such member.</exception>
    public JsonElement Member(string member) =>
        Find(member) ?? throw new MalformedFileException(Name, $"a member '{member}'", "none", Line);

    /// <summary>Whether the object has a member that is not null.</summary>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">The value is no object.</exception>
    public bool Has(string member) => Find(member) is { ValueKind: not JsonValueKind.Null };

    /// <summary>A member that is a string.</summary>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">It is missing or no string.</exception>
    public string Text(string member)
    {
        JsonElement value = Member(member);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unfit(member, "a string", value);
    }

    /// <summary>A member that is a number.</summary>
    /// <typeparam name="T">The type of number.</typeparam>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">It is missing, no number, out of the range of T, or has a fraction where T has none.</exception>
    public T Number<T>(string member)
        where T : struct, INumber<T>
    {
        JsonElement value = Member(member);
        return NumberOf<T>(value) ?? throw Unfit(member, $"a number ({typeof(T).Name})", value);
    }

    /// <summary>A member that is an array of numbers.</summary>
    /// <typeparam name="T">The type of number.</typeparam>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">It is missing or no array, or an element is as for <see cref="Number{T}"/>.</exception>
    public T[] Numbers<T>(string member)
        where T : struct, INumber<T>
    {
        JsonElement array = Member(member);
        if (array.ValueKind != JsonValueKind.Array)
            throw Unfit(member, "an array of numbers", array);
        var numbers = new T[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement value in array.EnumerateArray())
            numbers[i++] = NumberOf<T>(value) ?? throw Unfit(member, $"numbers ({typeof(T).Name})", value);
        return numbers;
    }

    /// <summary>A member that is an array of strings.</summary>
    /// <param name="member">Its name.</param>
    /// <exception cref="MalformedFileException">It is missing or no array, or an element is no string.</exception>
    public string[] Texts(string member)
    {
        JsonElement array = Member(member);
        if (array.ValueKind != JsonValueKind.Array)
            throw Unfit(member, "an array of strings", array);
        return
        [
            .. array
                .EnumerateArray()
                .Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unfit(member, "strings", value)),
        ];
    }

    private JsonElement? Find(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return Value.ValueKind != JsonValueKind.Object ? throw new MalformedFileException(Name, "a JSON object", Shown(Value), Line)
            : Value.TryGetProperty(member, out JsonElement found) ? found
            : null;
    }

    // An integer too long for a double's 53 bits is read from its digits, never rounded on the way.
    private static T? NumberOf<T>(JsonElement value)
        where T : struct, INumber<T> =>
        value.ValueKind == JsonValueKind.Number
        && T.TryParse(
            value.GetRawText(),
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture,
            out T number
        )
        && T.IsFinite(number)
            ? number
            : null;

    private MalformedFileException Unfit(string member, string expected, JsonElement found) =>
        new(Name, $"{expected} in '{member}'", Shown(found), Line);

    private static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 80 ? text : text[..80];
    }
}
