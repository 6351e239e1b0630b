using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>
/// A part of a message: exactly one of text, data, an address or bytes, with what describes it. The same model as A2A 1.0, so that a bridge loses nothing.
/// </summary>
public sealed record AgentPart
{
    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A JSON value.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>The address of a file.</summary>
    public string? Url { get; init; }

    /// <summary>The bytes of a file (base64 in JSON).</summary>
    public byte[]? Raw { get; init; }

    /// <summary>The media type.</summary>
    public string? MediaType { get; init; }

    /// <summary>The file's name.</summary>
    public string? Filename { get; init; }

    /// <summary>What the sender says besides.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>How many of the four contents are there; one is right.</summary>
    [JsonIgnore]
    internal int Contents => (Text is null ? 0 : 1) + (Data is null ? 0 : 1) + (Url is null ? 0 : 1) + (Raw is null ? 0 : 1);

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mediaType">Its media type.</param>
    public static AgentPart OfText(string text, string? mediaType = null) => new() { Text = text, MediaType = mediaType };

    /// <summary>A JSON value.</summary>
    /// <param name="data">The value.</param>
    public static AgentPart OfData(JsonElement data) => new() { Data = data.Clone(), MediaType = "application/json" };

    /// <summary>A JSON value.</summary>
    /// <param name="json">Its text.</param>
    public static AgentPart OfJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return OfData(document.RootElement);
    }

    /// <summary>The address of a file.</summary>
    /// <param name="url">The address.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="filename">Its name.</param>
    public static AgentPart OfUrl(string url, string? mediaType = null, string? filename = null) =>
        new()
        {
            Url = url,
            MediaType = mediaType,
            Filename = filename,
        };

    /// <summary>The bytes of a file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mediaType">Their media type.</param>
    /// <param name="filename">The file's name.</param>
    public static AgentPart OfBytes(byte[] bytes, string? mediaType = null, string? filename = null) =>
        new()
        {
            Raw = bytes,
            MediaType = mediaType,
            Filename = filename,
        };
}
