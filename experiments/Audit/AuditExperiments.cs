using ResearchKit.Audit;
using ResearchKit.Cli;

namespace ResearchKit.Papers.Audit;

/// <summary>The experiments of the audit paper; they share the platforms they train.</summary>
internal static class AuditExperiments
{
    internal static ResearchKitAppBuilder AddAudit(this ResearchKitAppBuilder builder)
    {
        TrainedPlatforms platforms = new();
        return builder.AddExperiments(experiments =>
            experiments
                .Add(() => new HiddenAgainstDetection(platforms, builder.Systems<ManipulationFamily>()))
                .Add(() => new ConcealableAgainstBudget(platforms, builder.Systems<ManipulationFamily>()))
                .Add(() => new EstimationVariance(platforms))
                .Add<TrainingImbalance>()
                .Add<DetectionTheory>()
        );
    }
}
