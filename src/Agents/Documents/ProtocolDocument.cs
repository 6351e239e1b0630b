using System.Text.Json;
using System.Text.RegularExpressions;

namespace ResearchKit.Agents;

/// <summary>
/// An agreement on how requests and answers of one skill look, named by the digest of its text. With a JSON Schema in a fenced block under the headings Request and Response it can be
/// compiled: then both sides check messages by it, and no language model is needed any more.
/// </summary>
public sealed partial class ProtocolDocument
{
    /// <summary>The longest text of a <c>data:</c> source, in bytes.</summary>
    public const int MostSourceBytes = 64 * 1024;

    private const int MostCharacters = 256 * 1024;

    /// <summary>Reads a document.</summary>
    /// <param name="text">The whole text.</param>
    /// <exception cref="DocumentRejectedException">The text is too long or its head does not end.</exception>
    public ProtocolDocument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostCharacters)
        {
            throw new DocumentRejectedException("protocol document", $"has {text.Length} characters; allowed are {MostCharacters}");
        }
        Text = text;
        Head = FrontMatter.Read(text, out string body);
        Body = body;
        Sha256 = ContentDigest.Of(text);
        AgoraId = ContentDigest.AgoraId(text);
        RequestSchema = SchemaUnder(body, "Request");
        ResponseSchema = SchemaUnder(body, "Response");
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The head.</summary>
    public FrontMatter Head { get; }

    /// <summary>What follows the head.</summary>
    public string Body { get; }

    /// <summary>The identity.</summary>
    public ContentDigest Sha256 { get; }

    /// <summary>The id that Agora gives the same text.</summary>
    public string AgoraId { get; }

    /// <summary>The schema of requests, or null.</summary>
    public JsonElement? RequestSchema { get; }

    /// <summary>The schema of responses, or null.</summary>
    public JsonElement? ResponseSchema { get; }

    /// <summary>Whether both schemas are there.</summary>
    public bool IsCompilable => RequestSchema is not null && ResponseSchema is not null;

    /// <summary>Writes a compilable document.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="requestSchema">The JSON Schema of requests.</param>
    /// <param name="responseSchema">The JSON Schema of responses.</param>
    public static ProtocolDocument Of(string name, string description, string requestSchema, string responseSchema) =>
        new(
            FrontMatter.Write(name, description, multiRound: false)
                + $"# Request\n\n```json\n{requestSchema}\n```\n\n# Response\n\n```json\n{responseSchema}\n```\n"
        );

    /// <summary>The text of a <c>data:</c> source, as Agora puts documents into messages.</summary>
    /// <param name="source">The URL.</param>
    /// <returns>The text, or null if the URL is no <c>data:</c> URL of plain text.</returns>
    /// <exception cref="DocumentRejectedException">The text is too long or no text.</exception>
    public static string? FromDataUrl(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Match match = DataUrl().Match(source);
        if (!match.Success)
        {
            return null;
        }
        string content = match.Groups["content"].Value;
        if (content.Length > 4 * MostSourceBytes)
        {
            throw new DocumentRejectedException("source", $"is longer than {MostSourceBytes} bytes");
        }
        try
        {
            byte[] bytes = match.Groups["base64"].Success
                ? Convert.FromBase64String(Uri.UnescapeDataString(content))
                : System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(content));
            return bytes.Length <= MostSourceBytes
                ? new System.Text.UTF8Encoding(false, true).GetString(bytes)
                : throw new DocumentRejectedException("source", $"has {bytes.Length} bytes; allowed are {MostSourceBytes}");
        }
        catch (Exception e) when (e is FormatException or System.Text.DecoderFallbackException)
        {
            throw new DocumentRejectedException("source", "is no text in base64 and UTF-8", e);
        }
    }

    private static JsonElement? SchemaUnder(string body, string heading)
    {
        Match match = FencedSchema()
            .Matches(body)
            .FirstOrDefault(m => m.Groups["heading"].Value.Trim().Equals(heading, StringComparison.OrdinalIgnoreCase))!;
        if (match is null)
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(
                match.Groups["json"].Value,
                new JsonDocumentOptions { MaxDepth = JsonSchemaValidator.MostDepth, AllowDuplicateProperties = false }
            );
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null; // the document then stays text for readers: not compilable
        }
    }

    [GeneratedRegex(
        @"^data:text/plain(;charset=utf-8)?(?<base64>;base64)?,(?<content>.*)$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex DataUrl();

    // A heading line, then anything that is no heading, then one fenced block of JSON. Bounded text, and the time of one match too.
    [GeneratedRegex(
        @"^#{1,6}[ \t]+(?<heading>[^\n]+)\n(?:(?!#|```)[^\n]*\n)*```json[ \t]*\r?\n(?<json>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex FencedSchema();
}
