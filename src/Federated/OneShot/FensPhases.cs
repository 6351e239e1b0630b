namespace ResearchKit.Federated;

/// <summary>The names of the phases of FENS in a <see cref="Metrics.TrafficLedger"/>.</summary>
public static class FensPhases
{
    /// <summary>Clients upload their models.</summary>
    public const string Upload = "upload";

    /// <summary>Clients download the ensemble.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>The aggregator is trained in rounds.</summary>
    public const string Aggregation = "aggregation";
}
