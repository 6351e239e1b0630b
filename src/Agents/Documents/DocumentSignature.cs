using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>A detached JSON Web Signature (RFC 7515) over the canonical document (RFC 8785) without its signatures; the form that A2A 1.0 uses too.</summary>
/// <param name="Protected">The protected header, base64url.</param>
/// <param name="Signature">The signature, base64url.</param>
/// <param name="Header">The unprotected header; a hint at most, never a root of trust.</param>
public sealed record DocumentSignature(string Protected, string Signature, JsonElement? Header = null);
