using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Watermark;

/// <summary>
/// The key of an FFG watermark: a secret of 32 bytes, and all that is needed to find the mark again. It describes itself, so that
/// neither length nor strength nor rules have to be remembered. Whoever has it can find the mark and can remove it.
/// </summary>
public sealed class FfgKey : IEquatable<FfgKey>
{
    /// <summary>The length of the secret.</summary>
    public const int SecretBytes = 32;

    /// <summary>The version of the scheme and of the file.</summary>
    public const int CurrentVersion = 1;

    private const string KindName = "ffg";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private readonly byte[] secret;

    internal FfgKey(ReadOnlySpan<byte> secret, GraphInfo graph, FfgOptions scheme)
    {
        if (secret.Length != SecretBytes)
        {
            throw new ArgumentException($"The secret has {secret.Length} bytes; it must have {SecretBytes}.", nameof(secret));
        }
        this.secret = secret.ToArray();
        Graph = graph;
        Scheme = scheme;
    }

    /// <summary>The master secret, 32 bytes.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>The graph it was made for.</summary>
    public GraphInfo Graph { get; }

    /// <summary>The scheme, every default written out.</summary>
    public FfgOptions Scheme { get; }

    /// <summary>M, the size of the transform.</summary>
    public int TransformSize => Scheme.TransformSize ?? Graph.Nodes;

    /// <summary>The key as JSON; contains the secret.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Document(KindName, CurrentVersion, secret, Graph, Scheme), Json);

    /// <summary>
    /// What may be published when a marked graph is, to prove later that the key existed then: the SHA-256 of its JSON. It says nothing about the key, whose secret has
    /// 256 random bits.
    /// </summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string Commitment() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>Checks that this is the key that was committed to.</summary>
    /// <param name="commitment">The published commitment.</param>
    /// <exception cref="ArgumentException">The text is no commitment.</exception>
    /// <exception cref="KeyMismatchException">It was another key.</exception>
    public void RequireCommitment(string commitment)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        string text = commitment.Trim().ToLowerInvariant();
        if (text.Length != 64 || !text.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"'{commitment}' is no commitment: it has 64 hexadecimal digits.", nameof(commitment));
        }
        string found = Commitment();
        if (found != text)
        {
            throw new KeyMismatchException("commitment", found, text, "Give the key whose commitment was published.");
        }
    }

    /// <summary>Reads a key.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">The file it comes from, for messages.</param>
    /// <exception cref="MalformedFileException">The text is no key.</exception>
    /// <exception cref="KeyMismatchException">The key is of another kind, or of another version of the scheme.</exception>
    public static FfgKey FromJson(string json, string name = "key")
    {
        ArgumentNullException.ThrowIfNull(json);
        (string kind, int version) = KindAndVersion(json, name);
        if (kind != KindName)
        {
            throw new KeyMismatchException("kind", kind, KindName, "Give a key of an FFG watermark.");
        }
        if (version != CurrentVersion)
        {
            throw new KeyMismatchException(
                "version",
                $"{version}",
                $"{CurrentVersion}",
                "Use the version of the library that made the key."
            );
        }
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, Json)!;
            if (document.Secret is not { Length: SecretBytes } || document.Graph is null || document.Scheme is null)
            {
                throw new MalformedFileException(
                    name,
                    $"a secret of {SecretBytes} bytes in base64, a graph and a scheme",
                    "a key without them"
                );
            }
            FfgOptions scheme = FfgWatermark.Complete(document.Scheme.Resolve(), document.Graph);
            return new FfgKey(document.Secret, document.Graph, scheme);
        }
        catch (JsonException e)
        {
            throw Malformed(name, e);
        }
        catch (ArgumentException e)
        {
            throw new MalformedFileException(name, "a scheme whose values fit together", e.Message, innerException: e);
        }
    }

    /// <inheritdoc/>
    public bool Equals(FfgKey? other) =>
        other is not null
        && CryptographicOperations.FixedTimeEquals(secret, other.secret)
        && Graph == other.Graph
        && Scheme == other.Scheme;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FfgKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BitConverter.ToInt32(secret), Graph, Scheme);

    /// <summary>What the key is for; never the secret.</summary>
    public override string ToString() => $"FFG key, m = {Scheme.Length}, {Graph.Nodes} nodes, {Graph.Edges} edges";

    private static (string Kind, int Version) KindAndVersion(string json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("kind", out JsonElement kind)
                && kind.ValueKind == JsonValueKind.String
                && document.RootElement.TryGetProperty("version", out JsonElement version)
                && version.ValueKind == JsonValueKind.Number
                && version.TryGetInt32(out int number)
            )
            {
                return (kind.GetString()!, number);
            }
            throw new MalformedFileException(name, "an object with kind and version", "other JSON");
        }
        catch (JsonException e)
        {
            throw Malformed(name, e);
        }
    }

    private static MalformedFileException Malformed(string name, JsonException e) =>
        new(name, "the JSON of a key", e.Message, e.LineNumber + 1, e.BytePositionInLine + 1, innerException: e);

    private sealed record Document(string Kind, int Version, byte[] Secret, GraphInfo Graph, FfgOptions Scheme);
}
