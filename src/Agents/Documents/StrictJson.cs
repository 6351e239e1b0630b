using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>Says what is wrong with a JSON text, so that a caller can mend it.</summary>
internal static class StrictJson
{
    /// <summary>The text without one leading byte order mark.</summary>
    internal static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) => json.StartsWith("\uFEFF"u8) ? json[3..] : json;

    /// <summary>The first place at which the text is no JSON, too deep, or has two members of one name; null if there is none.</summary>
    internal static string? Problem(ReadOnlySpan<byte> json, int mostDepth)
    {
        Utf8JsonReader reader = new(WithoutMark(json), new JsonReaderOptions { MaxDepth = mostDepth });
        Stack<HashSet<string>> names = new();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        names.Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        names.Pop();
                        break;
                    case JsonTokenType.PropertyName when !names.Peek().Add(reader.GetString()!):
                        return $"two members named \"{reader.GetString()}\" at byte {reader.TokenStartIndex}";
                    default:
                        break;
                }
            }
            return null;
        }
        catch (JsonException e)
        {
            return $"{e.Message.Split(" LineNumber", 2)[0]} at byte {reader.BytesConsumed}";
        }
        catch (InvalidOperationException)
        {
            return $"invalid UTF-8 or half a surrogate pair at byte {reader.TokenStartIndex}";
        }
    }
}
