using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>Scales an update down to a greatest Euclidean norm, so that one client's influence is bounded.</summary>
/// <param name="norm">The norm, positive.</param>
public sealed class ClipFilter(double norm) : IUpdateFilter
{
    private readonly double _norm = WeightedUpdates.Positive(norm, nameof(norm));

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"clip-{_norm}");

    /// <inheritdoc/>
    public void Apply(UpdateBuffer update, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(update);
        var length = 0.0;
        foreach (var value in update.Values)
        {
            length += (double)value * value;
        }
        length = Math.Sqrt(length);
        if (length > _norm)
        {
            TensorPrimitives.Multiply(update.Values, (float)(_norm / length), update.Values);
        }
    }
}
