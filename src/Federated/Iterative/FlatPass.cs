namespace ResearchKit.Federated;

/// <summary>Forward and backward of an <see cref="IFlatModel"/> over batches, in memory made once. One thread at a time.</summary>
public abstract class FlatPass
{
    /// <summary>The logits of rows.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputs">count x inputs values, row by row.</param>
    /// <param name="count">The rows, up to the capacity.</param>
    /// <returns>count x outputs values, valid until the next call.</returns>
    public abstract ReadOnlySpan<float> Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, int count);

    /// <summary>The gradient of the parameters, after <see cref="Forward"/> with the same arguments.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="logitGradients">count x outputs: the gradient of the loss by each logit.</param>
    /// <param name="gradient">Is set to the gradient, summed over the rows.</param>
    public abstract void Backward(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        int count,
        ReadOnlySpan<float> logitGradients,
        Span<float> gradient
    );
}
