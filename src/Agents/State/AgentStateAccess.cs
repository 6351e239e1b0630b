using System.Collections.Immutable;
using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>What a handler sees of the state an agent keeps about the caller. What it sets is saved before the answer is sent.</summary>
public sealed class AgentStateAccess
{
    private ImmutableDictionary<string, JsonElement> _values;

    internal AgentStateAccess(StateMode mode, SessionRecord? record)
    {
        Mode = mode;
        Record = record;
        _values = record?.Values ?? ImmutableDictionary<string, JsonElement>.Empty;
    }

    /// <summary>Nothing is kept.</summary>
    public static AgentStateAccess None => new(StateMode.None, null);

    /// <summary>What the agent keeps.</summary>
    public StateMode Mode { get; }

    /// <summary>The names of what is kept.</summary>
    public IEnumerable<string> Names => _values.Keys;

    internal SessionRecord? Record { get; private set; }

    internal bool IsChanged => Record is not null && !ReferenceEquals(_values, Record.Values);

    /// <summary>A value; null if there is none.</summary>
    /// <param name="name">Its name.</param>
    public JsonElement? Get(string name) => _values.TryGetValue(name, out JsonElement value) ? value : null;

    /// <summary>A text; null if there is none.</summary>
    /// <param name="name">Its name.</param>
    public string? GetText(string name) => Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Keeps a value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">The agent keeps nothing (<see cref="StateMode.None"/>).</exception>
    public void Set(string name, JsonElement value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Record is null)
        {
            throw new InvalidOperationException("This agent keeps no state; choose a StateMode when you add it.");
        }
        _values = _values.SetItem(name, value.Clone());
    }

    /// <summary>Keeps a text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The text.</param>
    public void Set(string name, string value) => Set(name, JsonSerializer.SerializeToElement(value, AgentJson.Default.String));

    /// <summary>Forgets a value.</summary>
    /// <param name="name">Its name.</param>
    public void Remove(string name) => _values = _values.Remove(name);

    /// <summary>The record to save, one version on; from then on it counts as saved.</summary>
    internal SessionRecord Advance(DateTimeOffset expires)
    {
        Record = Record! with { Values = _values, Version = Record.Version + 1, Expires = expires };
        return Record;
    }
}
