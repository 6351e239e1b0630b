namespace ResearchKit.Federated;

/// <summary>What happens to a client whose logits are not finite.</summary>
public enum NonFinitePolicy
{
    /// <summary>An error that names client and layer. The default.</summary>
    Error,

    /// <summary>The client is left out of the ensemble; the result says which.</summary>
    Drop,
}
