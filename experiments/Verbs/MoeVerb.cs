using System.CommandLine;
using ResearchKit.Cli;
using ResearchKit.Moe;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>moe</c>: simulate mixture-of-experts inference on a machine and a trace of one's own, calibrate the simulator, plan a schedule.</summary>
/// <param name="own">Schedulers of one's own, beside those of the library.</param>
public sealed class MoeVerb(IReadOnlyList<ITokenScheduler>? own = null) : IVerb
{
    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        MoeSchedulers schedulers = new(own ?? []);
        return new Command("moe", "Place and schedule the experts of a mixture-of-experts model (HarMoEny, MoEShard)")
        {
            MoeSimulateCommand.Build(context, schedulers),
            MoeCalibrateCommand.Build(context),
            MoePlanCommand.Build(context, schedulers),
        };
    }
}
