using System.Collections.Immutable;
using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>What an agent keeps about a caller.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Principal">The caller; empty for one that proved nothing.</param>
/// <param name="Id">The secret id of a session; <see cref="PersistentId"/> for the record of a caller.</param>
/// <param name="Created">When it began.</param>
/// <param name="Expires">When it ends unless it is used.</param>
/// <param name="Version">Counts the saves; a save names the version it replaces.</param>
/// <param name="Values">The values.</param>
public sealed record SessionRecord(
    string Agent,
    string Principal,
    string Id,
    DateTimeOffset Created,
    DateTimeOffset Expires,
    long Version,
    ImmutableDictionary<string, JsonElement> Values
)
{
    /// <summary>The id of the record that an agent keeps of an authenticated caller.</summary>
    public const string PersistentId = "persistent";
}
