using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// R1: the first k experts share alpha, the others the rest; tokens draw independently. HarMoEny's published routing files follow it. Mind the edge: at alpha = 0 the hot experts get nothing, which is not uniform.
/// </summary>
/// <param name="alpha">The share of the hot experts, in [0, 1].</param>
/// <param name="hot">k; at least 1.</param>
public sealed class MultinomialSkew(double alpha, int hot = 1) : ISkewModel
{
    private readonly double _alpha = SkewModels.Share(alpha, nameof(alpha));
    private readonly int _hot = hot >= 1 ? hot : throw new ArgumentOutOfRangeException(nameof(hot), hot, "At least one expert is hot.");

    /// <inheritdoc/>
    public string Name => "multinomial";

    /// <inheritdoc/>
    public string Definition =>
        FormattableString.Invariant($"R1 multinomial: the first {_hot} of the experts share {_alpha} of the tokens");

    /// <inheritdoc/>
    public void Route(int experts, RandomStream stream, Span<int> routed)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SkewModels.RequireExperts(experts, _hot);
        foreach (ref int expert in routed)
        {
            expert = stream.NextDouble() < _alpha ? stream.NextInt(_hot) : _hot + stream.NextInt(experts - _hot);
        }
    }
}
