namespace ResearchKit.Learning;

/// <summary>How a classifier does on data.</summary>
/// <param name="Loss">The mean cross-entropy, in nats.</param>
/// <param name="CorrectPerClass">How many rows of each class were classified rightly.</param>
/// <param name="CountPerClass">How many rows there are of each class.</param>
public sealed record EvaluationResult(double Loss, IReadOnlyList<int> CorrectPerClass, IReadOnlyList<int> CountPerClass)
{
    /// <summary>The number of rows.</summary>
    public int Count => CountPerClass.Sum();

    /// <summary>The rows classified rightly.</summary>
    public int Correct => CorrectPerClass.Sum();

    /// <summary>The share of rows classified rightly, in [0, 1].</summary>
    public double Accuracy => (double)Correct / Count;
}
