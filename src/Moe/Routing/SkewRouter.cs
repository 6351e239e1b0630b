using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>A router that does not look at its tokens: a skew model, with weight 1.</summary>
/// <param name="model">The skew.</param>
/// <param name="experts">E; at least 1.</param>
/// <param name="stream">Draws; each rank has one of its own.</param>
public sealed class SkewRouter(ISkewModel model, int experts, RandomStream stream) : IRouter
{
    /// <inheritdoc/>
    public string Name => model.Name;

    /// <inheritdoc/>
    public int Experts => experts;

    /// <inheritdoc/>
    public int TopK => 1;

    /// <inheritdoc/>
    public void Route(torch.Tensor input, TokenRouting routing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(routing);
        routing.Resize((int)input.shape[0], 1);
        model.Route(experts, stream, routing.Experts);
        routing.Weights.Fill(1);
    }
}
