namespace ResearchKit.Federated;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class FederatedErrors
{
    /// <summary>A client's model gives logits that are not finite.</summary>
    public const string LogitsNotFinite = "RK6101";

    /// <summary>Fewer clients answered in a round than are needed.</summary>
    public const string TooFewClients = "RK6102";

    /// <summary>Clients' models or data do not fit together.</summary>
    public const string ClientsDiffer = "RK6103";

    /// <summary>No client has a proxy row.</summary>
    public const string NoProxyRows = "RK6104";

    /// <summary>A model file of another framework cannot be used.</summary>
    public const string ModelNotUsable = "RK6105";
}
