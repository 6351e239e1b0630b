using ResearchKit.Audit;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Audit;

/// <summary>The experiments of the audit paper; they share the platforms they train.</summary>
public static class AuditExperiments
{
    /// <summary>Adds them.</summary>
    /// <param name="registry">The list of experiments.</param>
    /// <param name="more">Strategies of one's own: they join figures and rows, marked "not in the paper"; the claims do not change.</param>
    public static ExperimentRegistry AddAudit(this ExperimentRegistry registry, params IReadOnlyList<ManipulationFamily> more)
    {
        ArgumentNullException.ThrowIfNull(registry);
        TrainedPlatforms platforms = new();
        return registry
            .Add(() => new HiddenAgainstDetection(platforms, more))
            .Add(() => new ConcealableAgainstBudget(platforms, more))
            .Add(() => new EstimationVariance(platforms))
            .Add<TrainingImbalance>()
            .Add<DetectionTheory>();
    }
}
