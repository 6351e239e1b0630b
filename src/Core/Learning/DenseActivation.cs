namespace ResearchKit.Learning;

/// <summary>What a <see cref="DenseNetwork"/> applies between its layers.</summary>
public enum DenseActivation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,
}
