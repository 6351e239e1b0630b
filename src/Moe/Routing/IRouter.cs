using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>Sends tokens to experts.</summary>
public interface IRouter : INamed
{
    /// <summary>E.</summary>
    int Experts { get; }

    /// <summary>k, the experts of a token.</summary>
    int TopK { get; }

    /// <summary>Routes the tokens of a rank.</summary>
    /// <param name="input">[tokens, d]; stays the caller's.</param>
    /// <param name="routing">Takes the experts and weights.</param>
    /// <exception cref="ResearchKitException">A score is not finite; the message names the token.</exception>
    void Route(torch.Tensor input, TokenRouting routing);
}
