namespace ResearchKit.Papers.Fens;

/// <summary>The learning rates that <see cref="LabelSkewTuning"/> chose on validation rows at the tuning seed, over one grid for all methods.</summary>
/// <param name="Local">Of a client's own training.</param>
/// <param name="FedAvg">Of FedAvg, and FedProx.</param>
/// <param name="FedAdam">Of FedAdam's clients.</param>
internal sealed record SkewRates(double Local, double FedAvg, double FedAdam)
{
    /// <summary>The grid. A first one, from 0.01 to 1, ended at the choice of FedAvg on generated data and was moved up before any result existed.</summary>
    public static IReadOnlyList<double> Grid { get; } = [0.03, 0.1, 0.2, 0.5, 1, 2];

    /// <summary>The rates for a data set.</summary>
    public static SkewRates Of(string data) => data == SkewedClients.Digits ? new(0.5, 0.5, 0.5) : new(0.5, 1, 0.5);
}
