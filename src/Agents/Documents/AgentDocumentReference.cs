namespace ResearchKit.Agents;

/// <summary>A document elsewhere, with the digest of its bytes.</summary>
/// <param name="Url">The address.</param>
/// <param name="Digest">SHA-256 as 64 hexadecimal digits, or a Content-Digest value.</param>
public sealed record AgentDocumentReference(string Url, string? Digest = null);
