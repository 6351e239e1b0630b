using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>A way for callers to prove who they are.</summary>
/// <param name="Scheme">none, bearer, oauth2, oidc, httpsig or mtls.</param>
public sealed record AgentAuth(string Scheme)
{
    /// <summary>What the scheme needs besides.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
