namespace ResearchKit.Moe;

/// <summary>The shape of an expert.</summary>
/// <param name="ModelWidth">d; at least 1.</param>
/// <param name="HiddenWidth">h; at least 1.</param>
/// <param name="Activation">ReLU with two matrices, or SwiGLU with three.</param>
public sealed record ExpertShape(int ModelWidth, int HiddenWidth, ExpertActivation Activation)
{
    /// <summary>The matrices: 2 or 3.</summary>
    public int Matrices => Activation == ExpertActivation.Relu ? 2 : 3;

    /// <summary>The numbers of an expert.</summary>
    public long Parameters => (long)Matrices * HiddenWidth * ModelWidth;
}
