namespace ResearchKit.Federated;

/// <summary>FedYogi (Reddi et al., ICLR 2021): as <see cref="FedAdam"/>, but v = v - (1 - b2) Delta^2 sign(v - Delta^2), so that v shrinks slowly.</summary>
public sealed record FedYogi() : AdaptiveOptimizer(0.01)
{
    /// <inheritdoc/>
    public override string Name => "fedyogi";

    // At v = 0, in the first round, this is (1 - b2) Delta^2, which Adam's rule gives as well.
    private protected override double Second(double v, double square) => v - (1 - Beta2) * square * Math.Sign(v - square);
}
