using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>A kind of model that a platform may train (arXiv:2505.04796, section 5.1). Equal rows, options and stream give an equal model.</summary>
public interface IScoreModel
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>Trains.</summary>
    /// <param name="population">The data.</param>
    /// <param name="rows">The rows to learn from.</param>
    /// <param name="random">Decides all chance.</param>
    /// <param name="cancellationToken">Cancels, where the library underneath allows it.</param>
    /// <returns>The trained model, to be disposed.</returns>
    /// <exception cref="ArgumentException">There is no row, or the rows have one label only.</exception>
    IScorer Train(AuditPopulation population, int[] rows, RandomStream random, CancellationToken cancellationToken = default);
}
