namespace ResearchKit.Agents.Security;

/// <summary>The keys that a verifier trusts. A message names a key; only this says whether it is one.</summary>
public interface ISignatureKeys
{
    /// <summary>A key, or null if it is not trusted.</summary>
    /// <param name="id">Its id.</param>
    SignatureKey? Find(string id);
}
