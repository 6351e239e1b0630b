using ResearchKit.Cli;
using ResearchKit.Moe;
using ResearchKit.Papers.Audit;
using ResearchKit.Papers.Fens;
using ResearchKit.Papers.Ffg;
using ResearchKit.Papers.FlexMerge;
using ResearchKit.Papers.HarMoEny;
using ResearchKit.Papers.MoEShard;
using ResearchKit.Papers.Plexus;
using ResearchKit.Papers.Proximity;
using ResearchKit.Papers.RagRoute;
using ResearchKit.Papers.Verbs;
using ResearchKit.Papers.WebOfAgents;

namespace ResearchKit.Papers;

/// <summary>Adds the papers to an application.</summary>
public static class PapersExtensions
{
    /// <summary>Adds the experiments of all papers, and a root verb for each module.</summary>
    /// <param name="builder">The application.</param>
    public static ResearchKitAppBuilder AddPapers(this ResearchKitAppBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach ((string paper, string bibTeX) in Bibliography.All)
        {
            builder.AddReference(paper, bibTeX);
        }

        return builder
            .AddFfg()
            .AddAudit()
            .AddFens()
            .AddFlexMerge()
            .AddHarMoEny()
            .AddMoEShard()
            .AddPlexus()
            .AddProximity()
            .AddRagRoute()
            .AddWebOfAgents()
            .AddVerb(new AgentsVerb())
            .AddVerb(new AuditVerb())
            .AddVerb(new FederatedVerb())
            .AddVerb(new MergeVerb())
            .AddVerb(new MoeVerb(builder.Systems<ITokenScheduler>()))
            .AddVerb(new RagVerb())
            .AddVerb(new WatermarkVerb());
    }
}
