namespace ResearchKit.Agents.Security;

/// <summary>A fixed set of trusted keys.</summary>
/// <param name="keys">The keys.</param>
public sealed class SignatureKeys(params IEnumerable<SignatureKey> keys) : ISignatureKeys
{
    private readonly Dictionary<string, SignatureKey> _keys = keys.ToDictionary(k => k.Id, StringComparer.Ordinal);

    /// <inheritdoc/>
    public SignatureKey? Find(string id) => _keys.GetValueOrDefault(id);
}
