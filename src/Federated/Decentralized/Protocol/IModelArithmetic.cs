namespace ResearchKit.Federated.Decentralized;

/// <summary>What the protocol needs of models. It never looks into them; they are immutable.</summary>
public interface IModelArithmetic
{
    /// <summary>The weighted mean, summed in the order given.</summary>
    /// <param name="models">One model or more.</param>
    /// <param name="weights">Their weights, which sum to 1.</param>
    object Average(IReadOnlyList<object> models, IReadOnlyList<double> weights);

    /// <summary>Whether a received model may be averaged: it has the right length and only finite values.</summary>
    bool IsSound(object model);
}
