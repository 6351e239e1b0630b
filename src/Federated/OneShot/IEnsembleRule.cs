namespace ResearchKit.Federated;

/// <summary>A rule that makes one prediction of all clients' logits: fixed, or learned. Immutable; safe to use from several threads.</summary>
public interface IEnsembleRule
{
    /// <summary>The logits of rows.</summary>
    /// <param name="z">All clients' logits of each row.</param>
    /// <param name="inputs">The same rows' features, for rules that look at them (<see cref="IAggregator.NeedsInputs"/>); null for the others.</param>
    /// <returns>rows x K values; the prediction is the largest, the smallest class on a tie, or class 1 if a single logit is positive.</returns>
    /// <exception cref="ArgumentException">The table is of other clients or classes, or inputs are needed and missing.</exception>
    float[] Predict(LogitTable z, Data.LabeledData? inputs = null);
}
