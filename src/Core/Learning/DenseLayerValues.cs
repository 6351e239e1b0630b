namespace ResearchKit.Learning;

/// <summary>Sees, and may change, the values of a hidden layer of a <see cref="DenseNetwork"/>: to quantise them, to drop some.</summary>
/// <param name="layer">The layer, from 0.</param>
/// <param name="values">rows x units, behind the activation.</param>
public delegate void DenseLayerValues(int layer, Span<float> values);
