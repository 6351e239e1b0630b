using ResearchKit.Cli;
using ResearchKit.Papers.Ffg;
using ResearchKit.Papers.FlexMerge;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Papers;

/// <summary>Adds the papers to an application.</summary>
public static class PapersExtensions
{
    /// <summary>Adds the experiments of all papers, and a root verb for each module.</summary>
    /// <param name="builder">The application.</param>
    public static ResearchKitAppBuilder AddPapers(this ResearchKitAppBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddExperiments(experiments => experiments.Add<StrengthRealGraphs>().Add<RobustnessFlips>())
            .AddFlexMerge()
            .AddVerb(new MergeVerb())
            .AddVerb(new WatermarkVerb());
    }
}
