using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// Adds Gaussian noise to every value: behind a <see cref="ClipFilter"/> of the same norm the Gaussian mechanism of differential privacy, each client on its own.
/// </summary>
/// <param name="multiplier">The standard deviation in units of the clipping norm, positive.</param>
/// <param name="norm">The clipping norm, positive.</param>
public sealed class NoiseFilter(double multiplier, double norm) : IUpdateFilter
{
    private readonly double _deviation =
        WeightedUpdates.Positive(multiplier, nameof(multiplier)) * WeightedUpdates.Positive(norm, nameof(norm));

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"noise-{_deviation}");

    /// <inheritdoc/>
    public void Apply(UpdateBuffer update, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var value in update.Values)
        {
            value += (float)(_deviation * random.NextGaussian());
        }
    }
}
