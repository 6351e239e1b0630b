namespace ResearchKit.Audit;

/// <summary>A trained model: gives the probability of label 1.</summary>
public interface IScorer : IDisposable
{
    /// <summary>Scores rows.</summary>
    /// <param name="population">The data, with the features it was trained on.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>The probability of label 1 of each, in [0, 1].</returns>
    double[] Score(AuditPopulation population, int[] rows);
}
