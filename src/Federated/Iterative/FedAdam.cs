namespace ResearchKit.Federated;

/// <summary>FedAdam (Reddi et al., ICLR 2021) as FENS trains its aggregator (arXiv:2411.07182): v = b2 v + (1 - b2) Delta^2, without bias correction.</summary>
public sealed record FedAdam() : AdaptiveOptimizer(0.001)
{
    /// <inheritdoc/>
    public override string Name => "fedadam";

    /// <summary>Whether eta_s is multiplied by sqrt(1 - b2^t) / (1 - b1^t), as Flower does. False by default.</summary>
    public bool BiasCorrection { get; init; }

    private protected override double Rate(int t) =>
        BiasCorrection ? ServerRate * Math.Sqrt(1 - Math.Pow(Beta2, t)) / (1 - Math.Pow(Beta1, t)) : ServerRate;

    private protected override double Second(double v, double square) => Beta2 * v + (1 - Beta2) * square;
}
