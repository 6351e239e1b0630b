using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// A model in plain code whose parameters are one flat vector: for networks so small that a tensor library spends its time on calls. Immutable; each thread
/// works in a <see cref="FlatPass"/> of its own.
/// </summary>
public interface IFlatModel
{
    /// <summary>The features of a row.</summary>
    int Inputs { get; }

    /// <summary>The logits of a row; one logit means two classes, class 1 if it is positive.</summary>
    int Outputs { get; }

    /// <summary>Where which parameter lies.</summary>
    ParameterLayout Layout { get; }

    /// <summary>First parameters.</summary>
    /// <param name="random">Decides them.</param>
    ParameterVector Initialize(RandomStream random);

    /// <summary>Memory for batches of up to so many rows.</summary>
    /// <param name="capacity">At least 1.</param>
    FlatPass CreatePass(int capacity);
}
