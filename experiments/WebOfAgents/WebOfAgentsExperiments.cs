using ResearchKit.Cli;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>Experiments on the Web of Agents. The paper (arXiv:2505.21550) argues and measures nothing: all of them are this library's own, made so that what it argues can fail.</summary>
internal static class WebOfAgentsExperiments
{
    internal static ResearchKitAppBuilder AddWebOfAgents(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add<NegotiationAmortisation>()
                .Add<InteroperabilityMatrix>()
                .Add<DiscoveryScale>()
                .Add<AdapterGrowth>()
                .Add<Messaging>()
                .Add<AttackVerdicts>()
        );
}
