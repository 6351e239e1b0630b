using ResearchKit.Cli;

namespace ResearchKit.SampleExperiments;

/// <summary>Adds the experiments of the tests.</summary>
public static class SampleExperimentsExtensions
{
    public static ResearchKitAppBuilder AddSampleExperiments(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(registry =>
            registry
                .Add<CoinBias>()
                .Add<WrongClaim>()
                .Add<ThrowsOnSomeCells>()
                .Add<IgnoresCancellation>()
                .Add<NotDeterministic>()
                .Add<NeedsData>()
                .Add<SlowCells>()
        );
}
