namespace ResearchKit.Learning;

/// <summary>A local optimiser.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum as PyTorch has it: v = m v + g; w -= lr v.</summary>
    Sgd,

    /// <summary>Adam; weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>AdamW; weight decay shrinks the weights by themselves.</summary>
    AdamW,
}
