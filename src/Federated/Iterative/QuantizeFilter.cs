using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// Rounds an update to a few bits, symmetric around 0 with one scale. Rounding is random between the two neighbours, so that the mean over clients and rounds is right.
/// </summary>
/// <param name="bits">2 to 16 (default 8).</param>
public sealed class QuantizeFilter(int bits = 8) : IUpdateFilter
{
    private readonly int _bits = bits is >= 2 and <= 16
        ? bits
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, "Allowed are 2 to 16 bits.");

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"quantise-{_bits}");

    /// <inheritdoc/>
    public void Apply(UpdateBuffer update, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(random);
        var largest = TensorPrimitives.MaxMagnitude<float>(update.Values);
        var scale = Math.Abs(largest) / ((1 << (_bits - 1)) - 1);
        if (scale > 0)
        {
            foreach (ref var value in update.Values)
            {
                var steps = value / scale;
                var below = MathF.Floor(steps);
                value = scale * (below + (random.NextSingle() < steps - below ? 1 : 0));
            }
        }
        update.BitsPerValue = Math.Min(update.BitsPerValue, _bits);
        update.ExtraBytes += sizeof(float);
    }
}
