namespace ResearchKit.Numerics;

/// <summary>The precision in which a sum of vectors is kept while it is made.</summary>
public enum Accumulator
{
    /// <summary>float32: each product and each sum is rounded, in the order given.</summary>
    Single,

    /// <summary>float64: rounded once, at the end.</summary>
    Double,
}
