using ResearchKit.Cli;

namespace ResearchKit.Papers.RagRoute;

/// <summary>The experiments of the RAGRoute paper.</summary>
internal static class RagRouteExperiments
{
    internal static ResearchKitAppBuilder AddRagRoute(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add<PublishedRuns>()
                .Add<MirageRouting>()
                .Add<Feb4RagRouting>()
                .Add<ClusterRouting>()
                .Add<RealSourcesRouting>()
                .Add<EndToEnd>()
        );
}
