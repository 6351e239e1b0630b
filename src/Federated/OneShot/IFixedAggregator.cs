namespace ResearchKit.Federated;

/// <summary>An aggregator without learned parameters.</summary>
public interface IFixedAggregator : IAggregator
{
    /// <summary>The rule for an ensemble.</summary>
    /// <param name="statistics">What clients report of themselves.</param>
    IEnsembleRule Create(EnsembleStatistics statistics);
}
