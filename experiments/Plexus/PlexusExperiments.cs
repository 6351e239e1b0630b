using ResearchKit.Cli;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>The experiments of the Plexus papers.</summary>
internal static class PlexusExperiments
{
    internal static ResearchKitAppBuilder AddPlexus(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add(() => new AccuracyIid(builder.Systems<IDecentralizedAlgorithm>()))
                .Add(() => new AccuracyNonIid(builder.Systems<IDecentralizedAlgorithm>()))
                .Add<TaskSizes>()
                .Add<SampleSizes>()
                .Add<SuccessFractions>()
                .Add<AggregatorChoices>()
                .Add<Churn>()
                .Add<MassCrashes>()
                .Add<Joining>()
                .Add<ScaleUp>()
                .Add<Networked>()
        );
}
