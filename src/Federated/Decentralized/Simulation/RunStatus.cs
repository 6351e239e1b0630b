namespace ResearchKit.Federated.Decentralized;

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>Its duration, or its rounds, were over.</summary>
    Completed,

    /// <summary>Nobody trained, sent or aggregated any more, though nodes were online.</summary>
    LivenessLost,

    /// <summary>It was cancelled; the result reaches to that point.</summary>
    Cancelled,
}
