namespace ResearchKit.Moe;

/// <summary>What an expert computes between its matrices.</summary>
public enum ExpertActivation
{
    /// <summary>y = W2 relu(W1 x), Switch.</summary>
    Relu,

    /// <summary>y = Wd (silu(Wg x) * Wu x), Qwen.</summary>
    SwiGlu,
}
