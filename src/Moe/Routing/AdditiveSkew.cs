using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>R2 (MoEShard): every expert has 1 / E, the first k get alpha more, then all are normalised; tokens draw independently.</summary>
/// <param name="alpha">What is added, in [0, 1].</param>
/// <param name="hot">k; at least 1.</param>
public sealed class AdditiveSkew(double alpha, int hot = 1) : ISkewModel
{
    private readonly double _alpha = SkewModels.Share(alpha, nameof(alpha));
    private readonly int _hot = hot >= 1 ? hot : throw new ArgumentOutOfRangeException(nameof(hot), hot, "At least one expert is hot.");

    /// <inheritdoc/>
    public string Name => "additive";

    /// <inheritdoc/>
    public string Definition => FormattableString.Invariant($"R2 additive: 1/E, and {_alpha} more for the first {_hot}, normalised");

    /// <summary>The probability of each hot expert.</summary>
    /// <param name="experts">E.</param>
    public double HotShare(int experts) => ((1.0 / experts) + _alpha) / (1 + (_hot * _alpha));

    /// <summary>Skews of the random mode: uniform in [0, 0.5], one a call.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="stream">Draws.</param>
    public static double[] RandomSkews(int calls, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return [.. Enumerable.Range(0, calls).Select(_ => 0.5 * stream.NextDouble())];
    }

    /// <inheritdoc/>
    public void Route(int experts, RandomStream stream, Span<int> routed)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SkewModels.RequireExperts(experts, _hot);
        double extra = _hot * _alpha / (1 + (_hot * _alpha));
        foreach (ref int expert in routed)
        {
            expert = stream.NextInt(stream.NextDouble() < extra ? _hot : experts);
        }
    }
}
