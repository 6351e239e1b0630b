using ResearchKit.Metrics;

namespace ResearchKit.Federated;

/// <summary>
/// The bytes of a client, each direction counted once (FENS, arXiv:2411.07182, Figure 3): FENS sends one model up, receives M quantised ones, and exchanges the
/// aggregator 2 R times; one-shot learning sends one model up, and receives the final one if <paramref name="FinalModelDownload"/>; federated learning exchanges the model
/// twice a round.
/// </summary>
/// <param name="ModelBytes">S, a model in float32.</param>
/// <param name="QuantizedBytes">S8, a model in 8 bits.</param>
/// <param name="AggregatorBytes">A, the aggregator in float32.</param>
/// <param name="Clients">M.</param>
/// <param name="AggregatorRounds">R.</param>
/// <param name="FinalModelDownload">Whether one-shot learning counts the download of the final model.</param>
public sealed record FensTraffic(
    long ModelBytes,
    long QuantizedBytes,
    long AggregatorBytes,
    int Clients,
    int AggregatorRounds,
    bool FinalModelDownload = true
)
{
    /// <summary>The formula of FENS.</summary>
    public const string FensFormula = "S + M S8 + 2 R A";

    /// <summary>The formula of federated learning.</summary>
    public const string FederatedFormula = "2 S rounds";

    /// <summary>The formula of one-shot learning.</summary>
    public string OneShotFormula => FinalModelDownload ? "2 S" : "S";

    /// <summary>Up: the model, and the aggregator each round.</summary>
    public long FensUp => ModelBytes + AggregatorRounds * AggregatorBytes;

    /// <summary>Down: the ensemble, and the aggregator each round.</summary>
    public long FensDown => Clients * QuantizedBytes + AggregatorRounds * AggregatorBytes;

    /// <summary>S + M S8 + 2 R A.</summary>
    public long Fens => FensUp + FensDown;

    /// <summary>S, and S again where the final model is downloaded.</summary>
    public long OneShot => FinalModelDownload ? 2 * ModelBytes : ModelBytes;

    /// <summary>2 S rounds.</summary>
    /// <param name="rounds">The rounds.</param>
    public long Federated(int rounds) => 2 * ModelBytes * rounds;

    /// <summary>2 R A: what training the aggregator takes.</summary>
    public long Aggregation => 2L * AggregatorRounds * AggregatorBytes;

    /// <summary>Whether the aggregator's rounds send more than a model: the saving of FENS needs A much smaller than S.</summary>
    public bool AggregatorDominates => Aggregation > ModelBytes;

    /// <summary>States the formulas in a ledger, beside what is measured there, for all clients together.</summary>
    /// <param name="ledger">The ledger.</param>
    public void PredictIn(TrafficLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ledger.Predict("M S", (double)Clients * ModelBytes, null, FensPhases.Upload);
        ledger.Predict("M M S8", (double)Clients * Clients * QuantizedBytes, null, FensPhases.Ensemble);
        ledger.Predict("2 M R A", (double)Clients * Aggregation, null, FensPhases.Aggregation);
    }
}
